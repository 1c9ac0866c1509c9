// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICurrencyAuthority} from "./ICurrencyAuthority.sol";

/// @notice What the maker of a quote does with the base currency.
enum MakerSide {
    Sells,
    Buys
}

/// @notice How far a maker's nonce has come. Used and Cancelled are for ever.
enum NonceStatus {
    Open,
    Partial,
    Used,
    Cancelled
}

/// @notice A firm offer to exchange two currencies, which its maker signs (EIP-712).
/// @param maker Who offers.
/// @param taker Who may accept; zero: anyone.
/// @param base The currency whose amounts the offer is about.
/// @param counter The currency it is paid in.
/// @param side What the maker does with the base currency.
/// @param rate Minor units of the counter currency for one minor unit of the base currency, times 10^12.
/// @param minimum Least amount of base of one acceptance, minor units; what is left of the offer may be taken whatever
///   it is.
/// @param maximum Most of base of all acceptances together, minor units.
/// @param divisible Whether it may be accepted in parts; otherwise once.
/// @param notAfter Unix seconds, inclusive.
/// @param nonce Chosen by the maker; two offers with one nonce exclude each other. Nonces that share their upper 249
///   bits share a storage word: who counts pays 17,100 gas less.
struct Quote {
    address maker;
    address taker;
    address base;
    address counter;
    MakerSide side;
    uint104 rate;
    uint96 minimum;
    uint96 maximum;
    bool divisible;
    uint48 notAfter;
    uint256 nonce;
}

/// @notice The rates between which a pair may be exchanged, both inclusive, up to and including `validUntil`.
struct Band {
    uint104 low;
    uint104 high;
    uint48 validUntil;
}

/// @notice An offer to accept, and how much of it.
/// @param signature The maker's over the quote (ECDSA or ERC-1271).
/// @param amount Of base, minor units.
/// @param limit Of counter, minor units: where the maker sells, the most that the taker pays; where it buys, the least
///   that the taker receives.
/// @param businessRef Reference of the taker, as in `ISettlementEngine`: each of its references settles once.
struct Acceptance {
    Quote quote;
    bytes signature;
    uint256 amount;
    uint256 limit;
    bytes32 businessRef;
}

/// @title IForeignExchange
/// @notice Payment versus payment at firm quotes: a maker signs an offer off chain, a taker accepts it, and both
/// currencies move in one instruction of the settlement engine, or neither.
/// @dev Immutable, without owner, never the owner of any value. It moves nothing itself: it is the *agent* of those who
/// have authorised it at the engine (`ISettlementEngine.authorizeAgent`) and have given the engine an allowance. What
/// binds them is here: as a maker nobody gives anything but at a rate, and within the amounts, that it has signed, as a
/// taker nothing but by its own call and within its limit. Whoever authorises nothing may affirm the single
/// instruction at the engine instead.
///
/// **Amounts.** counter = base × rate ÷ 10^12, rounded in the maker's favour (up where the maker sells base, down where
/// it buys), by less than one minor unit an acceptance: the taker chooses the parts, so parts must not pay for the
/// taker. An acceptance whose counter amount is nothing is refused by the engine (InstructionLegInvalid).
///
/// **Bands.** For each pair both currencies' central banks publish a reference rate and a width, each for a time of its
/// own choice up to {MAX_VALIDITY}. A signed rate is accepted while both are valid and if it lies in both bands. The
/// pair is as the central banks publish it: an offer with base and counter exchanged finds no band. Either central bank
/// stops a pair at once by {withdrawReference}.
///
/// **Once.** The fills of an offer never exceed its maximum; a nonce belongs to the first offer that is accepted with
/// it, and is over when that is used up or the maker cancels.
///
/// Who may exchange which currency and how much is the currencies' own to say (wallets, limits, corridors), and the
/// council's whether a currency is open; a refusal of either leaves everything as it was.
/// Not protected: an offer is firm, so its maker bears the risk of the rate until it expires or is cancelled, and a
/// cancellation can be overtaken; a maker without cover, or that withdraws allowance or authorisation, cannot be made
/// to pay: the acceptance then reverts.
interface IForeignExchange is ICurrencyAuthority {
    /// @notice `taker` has accepted `baseAmount` of the offer for `counterAmount`; settled finally as `instructionId`.
    event QuoteTaken(
        bytes32 indexed quoteId,
        address indexed maker,
        address indexed taker,
        bytes32 instructionId,
        uint256 baseAmount,
        uint256 counterAmount
    );
    /// @notice The maker takes back whatever it has offered, or will offer, with this nonce.
    event QuoteCancelled(address indexed maker, uint256 indexed nonce);
    /// @notice The maker takes back whatever is left of the 128 nonces from `word` × 128 on.
    event QuotesCancelled(address indexed maker, uint256 indexed word);
    /// @notice The currency's central bank has published a reference rate for the pair.
    event ReferenceSet(
        address indexed base,
        address indexed counter,
        address indexed currency,
        uint256 rate,
        uint256 width,
        uint256 validUntil
    );
    /// @notice The currency's central bank lets the pair not be exchanged until it publishes again.
    event ReferenceWithdrawn(address indexed base, address indexed counter, address indexed currency);

    /// @notice The offer is somebody else's to accept.
    error QuoteTakerMismatch(bytes32 quoteId, address taker, address caller);
    /// @notice The offer has expired.
    error QuoteExpired(bytes32 quoteId, uint256 notAfter, uint256 time);
    /// @notice The signature is not the maker's over this offer.
    error QuoteSignatureInvalid(bytes32 quoteId, address maker);
    /// @notice The maker has cancelled.
    error QuoteAlreadyCancelled(bytes32 quoteId, uint256 nonce);
    /// @notice The offer, or another with its nonce, is used up.
    error QuoteAlreadyUsed(bytes32 quoteId, uint256 nonce);
    /// @notice Another offer with this nonce has been accepted in part.
    error QuoteNonceTaken(bytes32 quoteId, uint256 nonce);
    /// @notice The amount is less than the offer's minimum, or more than is left of it.
    error QuoteAmountOutOfRange(bytes32 quoteId, uint256 amount, uint256 minimum, uint256 left);
    /// @notice The taker would pay more, or receive less, than its limit.
    error QuoteLimitPassed(bytes32 quoteId, uint256 counterAmount, uint256 limit);
    /// @notice The rate is outside the band, or the two central banks' bands have nothing in common.
    error QuoteRateOutsideBand(bytes32 quoteId, uint256 rate, uint256 low, uint256 high);
    /// @notice One of the central banks has published no rate for the pair, has withdrawn it, or it is too old.
    error ReferenceStale(address base, address counter, uint256 validUntil, uint256 time);
    /// @notice The currency is not of the pair, or does not take part in the bridge, or the pair is one currency twice.
    error ReferencePairInvalid(address base, address counter, address currency);
    /// @notice A band needs a rate above zero and a width that is less than it.
    error ReferenceBandInvalid(uint256 rate, uint256 width);
    /// @notice A reference is valid for at least a second and not longer than the limit, seconds.
    error ReferenceValidityInvalid(uint256 validFor, uint256 limit);

    /// @notice Accepts an offer, or a part of it: both currencies move, finally, or neither.
    /// @dev Caller: the taker. Reverts with {QuoteTakerMismatch}, {QuoteExpired}, CouncilCurrencyNotOpen,
    /// {ReferenceStale}, {QuoteRateOutsideBand}, {QuoteSignatureInvalid}, {QuoteAlreadyCancelled}, {QuoteAlreadyUsed},
    /// {QuoteNonceTaken}, {QuoteAmountOutOfRange}, {QuoteLimitPassed}, and with whatever the engine and the currencies
    /// refuse.
    /// @return instructionId Id at the engine; the taker is its initiator.
    /// @return counterAmount Minor units.
    function take(Acceptance calldata acceptance) external returns (bytes32 instructionId, uint256 counterAmount);

    /// @notice Accepts many offers, all or none.
    /// @dev Caller and errors as {take}.
    function takeMany(
        Acceptance[] calldata acceptances
    ) external returns (bytes32[] memory instructionIds, uint256[] memory counterAmounts);

    /// @notice Takes back whatever the caller has offered, or will offer, with this nonce.
    /// @dev Caller: a maker. Repeating, or cancelling what is used up, changes nothing.
    function cancelQuote(uint256 nonce) external;

    /// @notice Takes back whatever is left of 128 nonces: those from `word` × 128 on.
    /// @dev Caller: a maker. What is used up stays so. Repeating changes nothing.
    function cancelQuotes(uint256 word) external;

    /// @notice Publishes a reference rate and how far exchanges may be from it: rate − width to rate + width.
    /// @dev Caller: whoever the currency's own authority lets call this function. Reverts with {ReferencePairInvalid},
    /// {CurrencyAuthorityRequired}, {ReferenceBandInvalid}, {ReferenceValidityInvalid}.
    /// @param currency Whose central bank speaks: base or counter.
    /// @param rate As in {Quote}.
    /// @param validFor Seconds from now.
    function setReference(
        address base,
        address counter,
        address currency,
        uint104 rate,
        uint104 width,
        uint48 validFor
    ) external;

    /// @notice Stops a pair at once, until the central bank publishes again.
    /// @dev Caller and errors as {setReference}, of those {ReferencePairInvalid} and {CurrencyAuthorityRequired}.
    function withdrawReference(address base, address counter, address currency) external;

    /// @notice Id of an offer: its EIP-712 digest in this contract's domain.
    function quoteId(Quote calldata quote) external view returns (bytes32);

    /// @notice What `amount` of base comes to, minor units of the counter currency.
    function counterAmountOf(Quote calldata quote, uint256 amount) external pure returns (uint256);

    /// @notice What may still be accepted of an offer, minor units of base: zero when it is used up or cancelled, or
    /// another offer has its nonce. Signature, expiry and band are not looked at.
    function remainingOf(Quote calldata quote) external view returns (uint256);

    /// @notice How far a maker's nonce has come.
    function nonceStatus(address maker, uint256 nonce) external view returns (NonceStatus);

    /// @notice What one central bank has published for a pair; `validUntil` is zero if it has not.
    function referenceOf(address base, address counter, address currency) external view returns (Band memory);

    /// @notice What binds: the rates that lie in both bands, while both are valid. `low` above `high`: none.
    function bandOf(address base, address counter) external view returns (Band memory);

    /// @notice The longest time a reference may be valid for, seconds.
    function MAX_VALIDITY() external view returns (uint256);

    /// @notice The engine that settles.
    function ENGINE() external view returns (address);

    /// @notice The council that says which currencies are open.
    function COUNCIL() external view returns (address);

    /// @notice The gate that this venue opens while the engine settles.
    function GATE() external view returns (address);
}
