// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICurrencyAuthority} from "../bridge/ICurrencyAuthority.sol";

/// @notice The two jurisdictions that the link joins.
enum ConnectSide {
    Mainland,
    HongKong
}

/// @notice What kind of institution takes part. On the mainland's side banks alone.
enum ParticipantKind {
    None,
    Bank,
    StoredValueFacility
}

/// @notice Whose wallets an identity commitment of a currency stands for.
/// @param person Link-wide commitment: the same for all wallets of one person, whatever institution opened them.
/// @param side Where the person is a resident: a holder of that side's identity card.
/// @param institution Serves the wallets on a side that their currency is not of; else zero, for it is their sponsor.
struct Enrolment {
    bytes32 person;
    ConnectSide side;
    uint16 institution;
}

/// @notice What the owner of a proxy signs (EIP-712) to have it lead to another account.
/// @param sequence How often the proxy had been given to an account when this was signed.
/// @param notAfter Unix seconds, inclusive.
struct ProxyPort {
    bytes32 proxy;
    address currency;
    address account;
    uint96 sequence;
    uint48 notAfter;
}

/// @title IConnectDirectory
/// @notice Who takes part in the fast-payment link between two jurisdictions, which wallets are one person's, under which
/// name a payee is shown, and which account a mobile number or an e-mail address leads to.
/// @dev One ledger carries both currencies, each with the registry and the authority of its central bank; nothing here is a
/// message between ledgers. Functions about a side are its central bank's own ({ICurrencyAuthority}); what concerns a wallet
/// is its sponsor's, the institution that opened it.
///
/// **Persons.** A currency's identity commitment is salted by the institution, so that two wallets of one person at two
/// institutions do not look alike. The registrar of a side enrols commitments: a wallet's commitment, once and for
/// ever, to the person's link-wide one, a keyed hash of the document under a secret that registrars alone have. Quotas
/// count on it, so neither more wallets nor more institutions give a person more of what is counted per person.
///
/// **Proxies** are keyed hashes under a secret of the addressing service (`sdk/payments/connect`), because numbers are few
/// enough to be tried one by one. A proxy has one live owner: an account with an open wallet. It moves to another
/// account with the owner's signature, and is free again when the owner's wallet is closed.
///
/// **Names.** What is kept is the hash of the masked name that any payer is shown; masks are short, so the hash hides
/// no more than the mask does. It proves that the payer saw the name that the payee's institution had registered.
///
/// Assumed: registrars and institutions identify people off chain. Not protected: a registrar that enrols one person under
/// two commitments; an institution that lies about its own customers' names or numbers; who learns the service's secret can test
/// numbers; that a wallet and an enrolled commitment belong together is visible, who the person is is not.
interface IConnectDirectory is ICurrencyAuthority {
    /// @notice The institution takes part. `approval` is the hash of the decision.
    event ParticipantAdmitted(
        ConnectSide indexed side,
        uint16 indexed number,
        ParticipantKind kind,
        bytes32 indexed approval
    );
    /// @notice The institution no longer takes part; what it has begun goes on.
    event ParticipantDismissed(ConnectSide indexed side, uint16 indexed number);
    /// @notice Wallets with this commitment are this person's.
    event PersonEnrolled(
        address indexed currency,
        bytes32 indexed identity,
        bytes32 indexed person,
        ConnectSide side,
        uint16 institution
    );
    /// @notice Payers are shown the name with this hash.
    event PayeeNamed(address indexed currency, address indexed account, bytes32 name);
    /// @notice The proxy leads to the account from now on, given for the `sequence`th time.
    event ProxyRegistered(bytes32 indexed proxy, address indexed currency, address indexed account, uint256 sequence);
    /// @notice The proxy leads nowhere.
    event ProxyReleased(bytes32 indexed proxy, address indexed by);

    /// @notice The currencies are not a digital renminbi and a digital Hong Kong dollar.
    error ConnectCurrenciesInvalid(address mainland, address hongKong);
    /// @notice Banks only on the mainland's side; a stored value facility needs an approval.
    error ConnectKindInvalid(ConnectSide side, uint16 number, ParticipantKind kind);
    /// @notice The institution does not take part.
    error ConnectParticipantUnknown(ConnectSide side, uint16 number);
    /// @notice Wallets of a side's residents are in its own currency, or Hong Kong residents' in renminbi.
    error ConnectCurrencyInvalid(ConnectSide side, address currency);
    /// @notice Commitments are not zero; the institution is zero exactly where the wallet's sponsor serves.
    error ConnectEnrolmentInvalid(address currency, bytes32 identity);
    /// @notice The commitment stands for a person already.
    error ConnectAlreadyEnrolled(address currency, bytes32 identity, bytes32 person);
    /// @notice The account is not a wallet that an institution of the side serves.
    error ConnectNotServed(ConnectSide side, address currency, address account);
    /// @notice The caller does not act for the institution that opened the wallet.
    error ConnectCallerNotSponsor(address currency, address account, address caller);
    /// @notice Zero is no proxy.
    error ConnectProxyInvalid();
    /// @notice The proxy has a live owner.
    error ConnectProxyTaken(bytes32 proxy, address account);
    /// @notice The proxy leads to no account.
    error ConnectProxyUnknown(bytes32 proxy);
    /// @notice The proxy leads to another account.
    error ConnectProxyMismatch(bytes32 proxy, address account, address owner);
    /// @notice The proxy has changed since this was signed.
    error ConnectPortStale(bytes32 proxy, uint256 signed, uint256 sequence);
    /// @notice The owner's consent is over.
    error ConnectPortExpired(bytes32 proxy, uint256 notAfter, uint256 time);
    /// @notice The signature is not the owner's over this move.
    error ConnectPortSignatureInvalid(bytes32 proxy, address owner);
    /// @notice The payee is shown under another name, or under none.
    error ConnectNameMismatch(address account, bytes32 name, bytes32 registered);

    /// @notice Lets an institution of a side's registry take part, as a bank or as a stored value facility.
    /// @dev Caller: who the side's authority lets. Again replaces the kind. Reverts with CurrencyAuthorityRequired,
    /// {ConnectKindInvalid}, InstitutionUnknown, InstitutionNotActive.
    /// @param approval Hash of the decision; needed for a stored value facility.
    function admit(ConnectSide side, uint16 number, ParticipantKind kind, bytes32 approval) external;

    /// @notice Lets it begin nothing more.
    /// @dev Caller: as {admit}. Reverts with CurrencyAuthorityRequired, {ConnectParticipantUnknown}.
    function dismiss(ConnectSide side, uint16 number) external;

    /// @notice Enrols a resident of `side`: all wallets of `currency` with this commitment are this person's, for ever.
    /// @dev Caller: who the side's authority lets. Reverts with CurrencyAuthorityRequired, {ConnectCurrencyInvalid},
    /// {ConnectEnrolmentInvalid}, {ConnectAlreadyEnrolled}.
    /// @param identity Commitment that the wallets were opened with.
    /// @param institution Serves a Hong Kong resident's renminbi wallets in Hong Kong; zero for a side's own currency.
    function enrol(ConnectSide side, address currency, bytes32 identity, bytes32 person, uint16 institution) external;

    /// @notice Sets the hash of the masked name that payers of the account are shown.
    /// @dev Caller: an account of the wallet's sponsor, active. Reverts with {ConnectCurrencyInvalid},
    /// {ConnectCallerNotSponsor}, InstitutionUnknown, InstitutionNotActive.
    function setPayeeName(address currency, address account, bytes32 name) external;

    /// @notice Lets a free proxy lead to the account.
    /// @dev Caller: as {setPayeeName}. Reverts like it, and with {ConnectProxyInvalid}, {ConnectProxyTaken}.
    function registerProxy(bytes32 proxy, address currency, address account) external;

    /// @notice Moves a proxy to another account, at whatever institution, of whatever of the two currencies.
    /// @dev Caller: an account of the new wallet's sponsor, active. Reverts like {setPayeeName}, and with
    /// {ConnectProxyUnknown}, {ConnectPortStale}, {ConnectPortExpired}, {ConnectPortSignatureInvalid}.
    /// @param signature The present owner's (ECDSA or ERC-1271).
    function portProxy(ProxyPort calldata port, bytes calldata signature) external;

    /// @notice Lets a proxy lead nowhere.
    /// @dev Caller: its owner, or an account of its wallet's sponsor. Reverts with {ConnectProxyUnknown},
    /// {ConnectCallerNotSponsor}, InstitutionUnknown, InstitutionNotActive.
    function releaseProxy(bytes32 proxy) external;

    /// @notice The currency of a side.
    function currencyOf(ConnectSide side) external view returns (address);

    /// @notice The registry of a side.
    function registryOf(ConnectSide side) external view returns (address);

    /// @notice As what an institution takes part; None: not.
    function kindOf(ConnectSide side, uint16 number) external view returns (ParticipantKind);

    /// @notice Whose the account is; zero when its commitment is not enrolled.
    function enrolmentOf(address currency, address account) external view returns (Enrolment memory);

    /// @notice Hash of the masked name of the account; zero: none.
    function payeeNameOf(address currency, address account) external view returns (bytes32);

    /// @notice Where a proxy leads, zero if nowhere, and how often it has been given to an account.
    function proxyOf(bytes32 proxy) external view returns (address currency, address account, uint256 sequence);

    /// @notice What an owner signs to move its proxy.
    function portDigest(ProxyPort calldata port) external view returns (bytes32);

    /// @notice The participant that serves the account on a side, and the person if it is a resident of that side.
    /// @dev Reverts with {ConnectCurrencyInvalid}, {ConnectNotServed}, {ConnectParticipantUnknown},
    /// InstitutionNotActive.
    function requireServed(
        ConnectSide side,
        address currency,
        address account
    ) external view returns (bytes32 person, uint16 institution);

    /// @notice Reverts unless payers are shown the account under this name, and the proxy, if any, leads to it.
    /// @dev Reverts with {ConnectProxyMismatch}, {ConnectNameMismatch}.
    /// @param proxy Zero: the payee is addressed by its account.
    function requirePayee(address currency, address account, bytes32 proxy, bytes32 name) external view;
}
