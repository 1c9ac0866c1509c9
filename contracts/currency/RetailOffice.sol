// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../ledger/AccountWord.sol";
import {LedgerCore} from "../ledger/LedgerCore.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {Calendar} from "./Calendar.sol";
import {CurrencyOffice} from "./CurrencyOffice.sol";
import {CurrencyRules} from "./CurrencyRules.sol";
import {FamilyRules} from "./FamilyRules.sol";
import {GrantWord} from "./GrantWord.sol";
import {IWalletFamilies, SubWalletGrant} from "./IWalletFamilies.sol";
import {IWalletMoves} from "./IWalletMoves.sol";
import {MemberWord} from "./MemberWord.sol";
import {WalletWord} from "./WalletWord.sol";

/// @title RetailOffice
/// @notice See {IWalletFamilies} and {IWalletMoves}. The counter of a currency for the public.
contract RetailOffice is CurrencyOffice, FamilyRules, IWalletFamilies, IWalletMoves {
    using AccountWord for uint256;
    using GrantWord for uint256;
    using MemberWord for uint256;
    using WalletWord for uint256;

    /// @dev Parameters as for {CurrencyOffice}.
    constructor(
        string memory name_,
        string memory symbol_,
        string memory code,
        IInstitutionRegistry registry_
    ) CurrencyOffice(name_, symbol_, code, registry_) {}

    // ------------------------------------------------------------- sub-wallets

    /// @inheritdoc IWalletFamilies
    function openSubWallet(address account, address parent) external {
        (uint256 parentWord, uint16 sponsor) = _requireSponsored(parent);
        require(!parentWord.isMember() || parentWord.grant() == 0, SubWalletParentInvalid(parent));
        bytes32 identity = _currency().identities[parent];
        _enrol(parent, sponsor, identity);
        _open(account, uint8(_plain(parentWord).class()), sponsor, identity);

        FamilyStorage storage $ = _families();
        uint256 number = ++$.grants;
        $.grant[number].parent = parent;
        ++$.subWallets[parent];
        uint256 word = _word(account);
        _account(account).word = word.joined(word.family(), number);
        emit SubWalletOpened(account, parent, sponsor);
    }

    /// @inheritdoc IWalletFamilies
    function setSubWalletGrant(address account, SubWalletGrant calldata grant) external {
        Grant storage current = _requireParent(account);
        require(grant.single <= grant.day && grant.day <= grant.year, SubWalletGrantInvalid(account));
        current.word = current.word.withTerms(grant.single, grant.day, grant.year, grant.expiry);
        current.listedOnly = grant.listedOnly;
        emit SubWalletGrantSet(account, msg.sender, grant);
    }

    /// @inheritdoc IWalletFamilies
    function setSubWalletPayee(address account, address payee, bool allowed) external {
        Grant storage current = _requireParent(account);
        if (current.payees[payee] == allowed) return;
        current.payees[payee] = allowed;
        emit SubWalletPayeeSet(account, msg.sender, payee, allowed);
    }

    /// @inheritdoc IWalletFamilies
    function enrolWallet(address account) external {
        bytes32 identity = _currency().identities[account];
        require(identity != 0, WalletIdentityMissing(account));
        _enrol(account, uint16(_word(account).sponsor()), identity);
    }

    // ------------------------------------------------------------------- moves

    /// @inheritdoc IWalletMoves
    function requestWalletMove(uint16 institution) external {
        uint256 word = _requireMovable(msg.sender);
        uint16 sponsor = uint16(word.sponsor());
        require(institution != sponsor, WalletMoveBarred(msg.sender));
        _families().moves[msg.sender] = Move(sponsor, institution);
        emit WalletMoveRequested(msg.sender, sponsor, institution);
    }

    /// @inheritdoc IWalletMoves
    function acceptWallet(address account, uint8 walletClass, bytes32 identity, bytes32 evidence) external {
        uint16 sponsor = _requireOperating();
        _requireCustomerClass(walletClass);
        require(identity != 0, WalletIdentityMissing(account));
        require(evidence != 0, WalletEvidenceMissing(account));
        require(requestedMove(account) == sponsor, WalletMoveNotRequested(account, sponsor));
        uint256 word = _requireMovable(account);
        uint16 previous = uint16(word.sponsor());

        delete _families().moves[account];
        word = _plain(_settled(account, word, _person(previous, _currency().identities[account])));
        _account(account).word = word.withOwner(walletClass, sponsor);
        _currency().identities[account] = identity;
        emit WalletMoved(account, previous, sponsor, walletClass, identity, evidence);
        _enrol(account, sponsor, identity);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IWalletMoves
    function requestedMove(address account) public view returns (uint16) {
        Move memory move = _families().moves[account];
        return _word(account).sponsor() == move.sponsor ? move.institution : 0;
    }

    /// @inheritdoc IWalletFamilies
    function familyOf(address account) external view returns (uint256) {
        uint256 word = _word(account);
        return word.isMember() ? word.family() : 0;
    }

    /// @inheritdoc IWalletFamilies
    function subWalletOf(
        address account
    ) external view returns (address parent, SubWalletGrant memory grant, uint256 dayOut, uint256 yearOut) {
        Grant storage current = _grantOf(account);
        uint256 word = current.word;
        grant = SubWalletGrant({
            single: uint40(word.single()),
            day: uint40(GrantWord.day(word)),
            year: uint40(word.year()),
            expiry: uint40(word.expiry()),
            listedOnly: current.listedOnly
        });
        (dayOut, yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        return (current.parent, grant, dayOut, yearOut);
    }

    /// @inheritdoc IWalletFamilies
    function isSubWalletPayee(address account, address payee) external view returns (bool) {
        return _grantOf(account).payees[payee];
    }

    /// @inheritdoc IWalletFamilies
    function subWalletsOf(address parent) external view returns (uint256) {
        return _families().subWallets[parent];
    }

    /// @inheritdoc CurrencyOffice
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IWalletFamilies).interfaceId ||
            interfaceId == type(IWalletMoves).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------------- hooks

    /// @inheritdoc CurrencyOffice
    /// @dev An account that was closed in the same family has nothing to bring: its counters stayed there.
    function _open(address account, uint8 class, uint16 sponsor, bytes32 identity) internal override {
        uint256 closed = _word(account);
        super._open(account, class, sponsor, identity);
        if (identity == 0) return;
        uint256 family = _person(sponsor, identity).family;
        if (family != 0 && closed.isMember() && closed.family() == family) {
            _account(account).word = _word(account).joined(family, 0);
        } else {
            _enrol(account, sponsor, identity);
        }
    }

    /// @inheritdoc CurrencyOffice
    /// @dev What was paid stays with the person, not only with the account.
    function _close(address account, uint256 word, uint16 sponsor) internal override {
        uint256 subWallets = _families().subWallets[account];
        require(subWallets == 0, WalletHasSubWallets(account, subWallets));
        bytes32 identity = _currency().identities[account];
        if (identity != 0) word = _settled(account, word, _person(sponsor, identity));
        super._close(account, word, sponsor);
    }

    // ------------------------------------- rules of families, from either side

    /// @inheritdoc FamilyRules
    function _resolve(
        uint256 limits,
        uint256 fromWord,
        uint256 toWord
    ) internal view override(CurrencyRules, FamilyRules) returns (uint256, uint256, uint256) {
        return super._resolve(limits, fromWord, toWord);
    }

    /// @inheritdoc FamilyRules
    function _elsewhereRefusal(
        uint256 fromWord,
        address to,
        uint256 amount
    ) internal view override(LedgerCore, FamilyRules) returns (uint256) {
        return super._elsewhereRefusal(fromWord, to, amount);
    }

    /// @inheritdoc FamilyRules
    function _plain(uint256 word) internal view override(CurrencyRules, FamilyRules) returns (uint256) {
        return super._plain(word);
    }

    // --------------------------------------------------------------- internals

    /// @dev The word of a customer's wallet that stands for itself.
    function _requireMovable(address account) private view returns (uint256 word) {
        word = _word(account);
        uint256 class = _plain(word).class();
        bool alone = _families().subWallets[account] == 0 && (!word.isMember() || word.grant() == 0);
        require(
            class != 0 && class != INSTITUTION && alone && !word.has(AccountWord.FROZEN),
            WalletMoveBarred(account)
        );
    }

    /// @dev The word of a wallet about to leave its institution, whose person keeps its counters.
    function _settled(address account, uint256 word, Person storage person) private returns (uint256) {
        if (word.isMember()) {
            uint256 number = word.grant();
            if (number != 0) --_families().subWallets[_families().grant[number].parent];
            return word.joined(word.family(), 0);
        }
        (uint256 dayOut, uint256 yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        if (person.only == account) person.only = address(0);
        if (dayOut + yearOut == 0) return word;
        _join(account, _familyOf(person));
        return _word(account);
    }

    /// @dev Counts an open wallet with its person's others, if there are any.
    function _enrol(address account, uint16 sponsor, bytes32 identity) private {
        Person storage person = _person(sponsor, identity);
        if (_word(account).isMember() || person.only == account) return;
        address only = person.only;
        if (only == address(0) && person.family == 0) {
            person.only = account;
            return;
        }
        uint256 family = _familyOf(person);
        if (only != address(0)) {
            person.only = address(0);
            _join(only, family);
        }
        _join(account, family);
    }

    /// @dev The family of a person, founded if need be.
    function _familyOf(Person storage person) private returns (uint256 family) {
        family = person.family;
        if (family != 0) return family;
        person.family = ++_families().families;
        return person.family;
    }

    /// @dev What the wallet has counted moves to the family.
    function _join(address account, uint256 family) private {
        uint256 word = _word(account);
        uint256 today = Calendar.dayOf(block.timestamp);
        uint256 counters = _families().counters[family];
        (uint256 dayOut, uint256 yearOut) = _currentCounters(counters, today);
        (uint256 ownDayOut, uint256 ownYearOut) = _currentCounters(word, today);
        _families().counters[family] = counters.withCounters(
            today,
            _capped(dayOut + ownDayOut),
            _capped(yearOut + ownYearOut)
        );
        _account(account).word = word.joined(family, 0);
        emit WalletJoinedFamily(account, family);
    }

    /// @dev A counter that is full lets nothing more pass.
    function _capped(uint256 sum) private pure returns (uint256) {
        return sum < WalletWord.MAX_COUNTED ? sum : WalletWord.MAX_COUNTED;
    }

    function _requireParent(address account) private view returns (Grant storage current) {
        current = _grantOf(account);
        require(current.parent == msg.sender, SubWalletNotParent(account, msg.sender));
    }

    /// @dev Number 0, which is nobody's, for a wallet that is no sub-wallet.
    function _grantOf(address account) private view returns (Grant storage) {
        uint256 word = _word(account);
        return _families().grant[word.isMember() ? word.grant() : 0];
    }

    function _person(uint16 sponsor, bytes32 identity) private view returns (Person storage) {
        return _families().persons[keccak256(abi.encode(sponsor, identity))];
    }
}
