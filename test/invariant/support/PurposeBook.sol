// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CampaignTerms, Purchase, VoucherUse} from "../../../contracts/payments/IPurposeBoundMoney.sol";
import {Telling} from "../handlers/Telling.sol";
import {PurposeStage} from "./PurposeStage.sol";
import {VM} from "./Vm.sol";

/// @dev The rules of vouchers, written a second time and plainly, with what everybody has by them.
abstract contract PurposeBook is PurposeStage, Telling {
    /// @dev A campaign by the book, minor units.
    struct Sums {
        bytes32 id;
        uint256 opens;
        uint256 granted;
        uint256 lapsed;
        uint256 outstanding;
        uint256 spent;
        uint256 restored;
        bool closed;
    }

    /// @dev A purchase with a voucher of one campaign, or of both of a pair, by the book.
    struct Kept {
        uint256 who;
        uint256 shop;
        uint256 price;
        uint256 notAfter;
        bytes32 businessRef;
        bool refunded;
        uint256[] campaigns;
        uint256[] amounts;
        bytes32[] sources;
        // what is left of the vouchers that its refund restored
        uint256[] left;
    }

    uint256 internal constant PURSE = 2_000;
    uint256 internal constant STEP = 3 hours;
    uint256 internal constant RECENT = 4;
    uint40 internal constant NEXT = type(uint40).max;

    /// @dev What everybody can spend by the book.
    uint256[CAST] public free;
    bool[MERCHANTS] public suspended;

    mapping(uint256 c => mapping(bytes32 identity => uint256)) public given;
    mapping(uint256 c => mapping(bytes32 identity => uint256)) public left;
    mapping(uint256 c => mapping(bytes32 identity => uint256)) internal _lastDay;

    Sums[] internal _campaigns;
    Kept[] internal _kept;
    /// @dev What is picked when there is nothing to pick.
    Kept internal _nobodys;

    constructor() {
        for (uint256 i = 0; i <= SPONSOR; ++i) _topUp(i);
    }

    // -------------------------------------------------------------- looking on

    function campaigns() external view returns (uint256) {
        return _campaigns.length;
    }

    function sumsAt(uint256 c) external view returns (Sums memory) {
        return _campaigns[c];
    }

    function termsAt(uint256 c) external view returns (CampaignTerms memory) {
        return _termsOf(c);
    }

    function purchases() external view returns (uint256) {
        return _kept.length;
    }

    function keptAt(uint256 p) external view returns (Kept memory, bytes32 id) {
        return (_kept[p], purpose.purchaseId(_purchase(_kept[p])));
    }

    function budgetOf(uint256 c) public pure returns (uint256) {
        return c % 2 == FIXED ? BUDGET : STORED_BUDGET;
    }

    function perPersonOf(uint256 c) public pure returns (uint256) {
        return c % 2 == FIXED ? PER_PERSON : STORED_PER_PERSON;
    }

    // --------------------------------------------------------------- the rules

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _open() internal {
        _topUp(SPONSOR);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 c = _campaigns.length;
            CampaignTerms memory terms = _terms(c, _clock);
            VM.prank(person(SPONSOR));
            bytes32 id = purpose.openCampaign(terms, "");
            _campaigns.push(Sums(id, _clock, 0, 0, 0, 0, 0, false));
            free[SPONSOR] -= budgetOf(c);
        }
    }

    function _grant(uint256 who, uint256 amount, uint256 mode) internal {
        uint256 chance = mode >> 8;
        mode %= 8;
        amount = mode == 1 ? amount % 25 : STORED_VALUE * (1 + (amount % 7));
        uint256 c = _campaigns.length - 1;
        bool allowed = mode != 0 && amount != 0 && amount % STORED_VALUE == 0 && _mayHave(c, who, amount);
        if (_spared(allowed, chance)) return;
        uint256[] memory entries = new uint256[](1);
        entries[0] = (uint256(uint160(person(who))) << 96) | amount;
        bytes memory data = abi.encodeCall(purpose.grant, (_termsOf(c), entries));
        _do("grant", person(mode == 0 ? STRANGER : SPONSOR), address(purpose), data, allowed);
        if (allowed) _give(c, who, amount);
    }

    /// @dev By the person, or carried with a signature that is its own, or not.
    function _claim(uint256 who, uint256 mode) internal {
        uint256 chance = mode >> 8;
        mode %= 8;
        uint256 c = _campaigns.length - 2;
        bool signed = mode < 3;
        bool allowed = mode != 0 && _mayHave(c, who, VALUE);
        if (_spared(allowed, chance)) return;
        bytes32 id = purpose.claimId(_campaigns[c].id, person(who), NEXT);
        bytes memory consent = signed ? _signed(mode == 0 ? STRANGER : who, id) : bytes("");
        bytes memory data = abi.encodeCall(purpose.claim, (_termsOf(c), person(who), NEXT, consent));
        _do("claim", person(signed ? STRANGER : who), address(purpose), data, allowed);
        if (allowed) _give(c, who, VALUE);
    }

    function _mayHave(uint256 c, uint256 who, uint256 amount) internal view returns (bool) {
        Sums storage sums = _campaigns[c];
        return
            !sums.closed &&
            _clock <= sums.opens + LENGTH - 1 days &&
            sums.spent + sums.outstanding + amount <= budgetOf(c) &&
            given[c][identityOf(who)] + amount <= perPersonOf(c);
    }

    function _give(uint256 c, uint256 who, uint256 amount) internal {
        given[c][identityOf(who)] += amount;
        left[c][identityOf(who)] += amount;
        _campaigns[c].granted += amount;
        _campaigns[c].outstanding += amount;
    }

    /// @dev What the vouchers of a purchase pay, and whether all of it is allowed but for the consent.
    function _priced(Kept memory kept, uint256 twist) internal view returns (Kept memory, bool allowed) {
        uint256 due = kept.price;
        allowed = !suspended[kept.shop];
        for (uint256 i = 0; i < kept.campaigns.length; ++i) {
            uint256 c = kept.campaigns[i];
            uint256 has = left[c][identityOf(kept.who)];
            bool isFixed = c % 2 == FIXED;
            uint256 amount = isFixed ? VALUE : has / (1 + (twist % 3));
            if (amount > due) amount = due;
            // now and then another amount than the terms say, or more than there is
            if (twist % 16 == 5) ++amount;
            kept.amounts[i] = amount;
            allowed =
                allowed &&
                amount != 0 &&
                (twist % 16 != 5 || (!isFixed && amount <= due)) &&
                (isFixed ? VALUE : amount) <= has &&
                _isTaken(c, kept);
            due = amount > due ? 0 : due - amount;
        }
        allowed = allowed && due <= free[kept.who];
        return (kept, allowed);
    }

    function _pricedRestored(
        Kept memory kept,
        Kept storage source,
        uint256 i,
        uint256 twist
    ) internal view returns (Kept memory, bool allowed) {
        uint256 has = source.left[i];
        uint256 c = kept.campaigns[0];
        bool isFixed = c % 2 == FIXED;
        uint256 amount = isFixed || twist % 2 == 0 ? has : (has + 1) / 2;
        if (amount > kept.price) amount = kept.price;
        kept.amounts[0] = amount;
        allowed =
            !suspended[kept.shop] &&
            identityOf(kept.who) == identityOf(source.who) &&
            _isTaken(c, kept) &&
            (isFixed || source.shop != kept.shop || amount == has) &&
            kept.price - amount <= free[kept.who];
        return (kept, allowed);
    }

    /// @dev Whether a campaign is open, for this merchant, this price, and once more today.
    function _isTaken(uint256 c, Kept memory kept) internal view returns (bool) {
        if (_campaigns[c].closed || _isOver(c)) return false;
        if (c % 2 != FIXED) return true;
        return kept.shop == 0 && kept.price >= MINIMUM && _lastDay[c][identityOf(kept.who)] != _today();
    }

    /// @dev Done by the buyer, or carried with its signature, or without anybody's consent.
    function _redeem(string memory act, Kept memory kept, bool allowed, uint256 mode) internal returns (bool) {
        uint256 chance = mode >> 8;
        mode %= 12;
        allowed = allowed && mode != 0;
        if (_spared(allowed, chance)) return false;
        _kept.push(kept);
        Kept storage stored = _kept[_kept.length - 1];
        Purchase memory terms = _purchase(stored);
        bytes memory consent =
            mode < 4 ? _signed(mode == 0 ? STRANGER : kept.who, purpose.purchaseId(terms)) : bytes("");
        bytes memory data = abi.encodeCall(purpose.redeem, (terms, _termsOfAll(stored), consent, ""));
        _do(act, person(mode < 4 ? STRANGER : kept.who), address(purpose), data, allowed);
        if (!allowed) {
            _kept.pop();
            return false;
        }
        uint256 own = kept.price;
        bytes32 identity = identityOf(kept.who);
        for (uint256 i = 0; i < kept.campaigns.length; ++i) {
            (uint256 c, uint256 amount) = (kept.campaigns[i], kept.amounts[i]);
            own -= amount;
            if (c % 2 == FIXED) _lastDay[c][identity] = _today();
            if (kept.sources[i] != 0) continue;
            uint256 taken = c % 2 == FIXED ? VALUE : amount;
            left[c][identity] -= taken;
            _campaigns[c].outstanding -= taken;
            _campaigns[c].spent += amount;
            _campaigns[c].lapsed += taken - amount;
        }
        free[kept.who] -= own;
        free[kept.shop] += kept.price;
        return true;
    }

    function _giveBack(Kept storage kept, uint256 amount) internal {
        kept.refunded = true;
        free[kept.shop] -= amount;
        uint256 end = kept.price;
        for (uint256 i = 0; i < kept.amounts.length; ++i) end -= kept.amounts[i];
        free[kept.who] += (end * amount) / kept.price;
        for (uint256 i = 0; i < kept.amounts.length; ++i) {
            uint256 start = end;
            end += kept.amounts[i];
            uint256 share = (end * amount) / kept.price - (start * amount) / kept.price;
            uint256 c = kept.campaigns[i];
            if (amount != kept.price || _isOver(c)) {
                free[SPONSOR] += share;
                continue;
            }
            kept.left[i] = share;
            _campaigns[c].restored += share;
        }
    }

    // ----------------------------------------------------------------- helpers

    /// @dev What is refused is tried now and then only, or little else would happen.
    function _spared(bool allowed, uint256 chance) internal pure returns (bool) {
        return !allowed && chance % 4 != 0;
    }

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    function _today() internal view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    function _isOver(uint256 c) internal view returns (bool) {
        return _clock >= _campaigns[c].opens + LENGTH;
    }

    function _topUp(uint256 who) internal {
        _money.issue(person(who), PURSE, _newRef());
        free[who] += PURSE;
    }

    function _termsOf(uint256 c) internal view returns (CampaignTerms memory) {
        return _terms(c, _campaigns[c].opens);
    }

    function _termsOfAll(Kept storage kept) internal view returns (CampaignTerms[] memory terms) {
        terms = new CampaignTerms[](kept.campaigns.length);
        for (uint256 i = 0; i < terms.length; ++i) terms[i] = _termsOf(kept.campaigns[i]);
    }

    /// @dev A purchase without vouchers yet; its buyer has money, mostly.
    function _draft(uint256 who, uint256 shop, uint256 price) internal returns (Kept memory kept) {
        kept.who = FIRST + (who % WALLETS);
        kept.shop = shop;
        kept.price = 60 + (price % 150);
        if (free[kept.who] < 300 && price % 8 != 3) _topUp(kept.who);
        kept.notAfter = _clock + 1 hours;
        kept.businessRef = _newRef();
    }

    /// @dev With a voucher of one campaign, or of two in the order of their ids.
    function _with(Kept memory kept, uint256 c, uint256 d) internal view returns (Kept memory) {
        uint256 count = c == d ? 1 : 2;
        kept.campaigns = new uint256[](count);
        (kept.amounts, kept.sources) = (new uint256[](count), new bytes32[](count));
        kept.left = new uint256[](count);
        kept.campaigns[0] = c;
        if (count == 1) return kept;
        bool ascending = _campaigns[c].id < _campaigns[d].id;
        (kept.campaigns[0], kept.campaigns[1]) = ascending ? (c, d) : (d, c);
        return kept;
    }

    function _purchase(Kept storage kept) internal view returns (Purchase memory) {
        VoucherUse[] memory uses = new VoucherUse[](kept.campaigns.length);
        for (uint256 i = 0; i < uses.length; ++i) {
            uses[i] = VoucherUse(_campaigns[kept.campaigns[i]].id, kept.sources[i], uint64(kept.amounts[i]));
        }
        return
            Purchase(
                person(kept.who),
                person(kept.shop),
                uint64(kept.price),
                uint40(kept.notAfter),
                kept.businessRef,
                uses
            );
    }

    /// @dev A voucher of the latest purchases of which something was restored.
    function _pickRestored(uint256 p) internal view returns (bool found, Kept storage kept, uint256 i) {
        uint256 recent = _kept.length < 2 * RECENT ? _kept.length : 2 * RECENT;
        kept = _nobodys;
        for (uint256 k = 0; k < recent; ++k) {
            kept = _kept[_kept.length - 1 - ((p + k) % recent)];
            for (i = 0; i < kept.left.length; ++i) if (kept.left[i] != 0) return (true, kept, i);
        }
        return (false, kept, 0);
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }
}
