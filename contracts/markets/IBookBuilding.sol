// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The terms of a book. Its id is their EIP-712 digest, so terms never change; each call names them whole.
/// @param issuer Issuer of the asset; its units are placed and it is paid.
/// @param lead Lead manager: closes the book at a price and allots.
/// @param security Token on the register of assets.
/// @param currency Money that the register admits to assets.
/// @param documentHash keccak256 of the prospectus's text; tells books on equal terms apart.
/// @param units Units for sale.
/// @param minimumPrice Lowest price of a unit, minor units.
/// @param maximumPrice Highest price, the same as the lowest where the price is fixed; units × maximumPrice is below 2^64.
/// @param opens Unix seconds: orders are taken from it on …
/// @param closes … until before this, from which on the lead closes the book and allots …
/// @param allotsUntil … until this, inclusive. Without a final allocation by then nothing is owed.
/// @param settlesFrom Unix seconds: the first moment of settlement (T+0 … T+n).
/// @param settlesUntil Unix seconds, inclusive: its last moment.
struct BookTerms {
    address issuer;
    address lead;
    address security;
    address currency;
    bytes32 documentHash;
    uint64 units;
    uint64 minimumPrice;
    uint64 maximumPrice;
    uint40 opens;
    uint40 closes;
    uint40 allotsUntil;
    uint40 settlesFrom;
    uint40 settlesUntil;
}

/// @notice An investor's order. Its id is its EIP-712 digest together with the book's id.
/// @param investor Account that orders, pays and receives.
/// @param units Most units it takes.
/// @param minimumUnits Least units it takes, if any; zero: as few as it is given.
/// @param price Minor units a unit, the most it pays.
/// @param salt Tells equal orders apart.
struct BookOrder {
    address investor;
    uint64 units;
    uint64 minimumUnits;
    uint64 price;
    bytes32 salt;
}

/// @notice What the lead gives an order; zero: nothing.
struct Allotment {
    BookOrder order;
    uint64 units;
}

/// @notice Open → Priced → Final. What is not final in time stays where it is, and nothing is owed.
enum BookStatus {
    None,
    Open,
    Priced,
    Final
}

/// @notice Placed → Allotted → Settled, or Failed and then Settled; Revoked by its investor; Declined by the lead.
enum BookOrderStatus {
    None,
    Placed,
    Revoked,
    Declined,
    Allotted,
    Failed,
    Settled
}

/// @notice How far a book has come.
/// @param status Its step.
/// @param price What every investor pays for a unit; zero before.
/// @param allotted Units allotted.
/// @param delivered Units delivered and paid.
struct BookState {
    BookStatus status;
    uint64 price;
    uint64 allotted;
    uint64 delivered;
}

/// @title IBookBuilding
/// @notice The primary market by book: investors' orders, allotted by a lead manager within what each order says, settled
/// delivery versus payment.
/// @dev Immutable, without office, never the owner of anything, and holds nothing. Prices are minor units of the currency
/// for one unit; times are Unix seconds.
///
/// **Orders.** An order binds its investor from the close of the book on: until then it may be revoked, placed or not.
/// Anyone may carry a signed one. Orders are public, as is who places them.
///
/// **Allocation.** The lead names one price within the range of the terms and gives each order what it decides, or
/// nothing, once. Its discretion ends at the order: no more units than it asks for, no fewer than it accepts, no price
/// above its limit; and at the issue: no more units in all. It is final when the lead says so, for good; if it has not by
/// `allotsUntil`, nothing is owed to anybody.
///
/// **Settlement.** Anyone settles, each order on its own, as one instruction of the settlement engine in which issuer and
/// investor consent through this contract as their agent. What is refused (frozen, no cover, no allowance) is logged and
/// may be tried again until `settlesUntil`; then the allotment lapses and the units stay with the issuer, as does what was
/// never allotted.
///
/// Not protected: the lead's fairness (it sees the orders and chooses; whom it gave what is public); that issuer or investor
/// can deliver and pay (nothing is held; who needs that takes an auction, with its guarantees); an account that takes back
/// its authority or allowance, after which its orders do not settle; one person with several accounts.
interface IBookBuilding {
    /// @notice A book is open from `opens` on. All its terms.
    event BookOpened(bytes32 indexed id, address indexed issuer, address indexed lead, BookTerms terms);
    /// @notice An order stands in the book.
    event OrderPlaced(bytes32 indexed id, bytes32 indexed order, address indexed investor, BookOrder details);
    /// @notice The investor took its order back, or will not have it placed.
    event OrderRevoked(bytes32 indexed id, bytes32 indexed order, address indexed investor);
    /// @notice The book is closed; everybody who is allotted anything pays `price` for a unit.
    event BookPriced(bytes32 indexed id, address indexed lead, uint256 price);
    /// @notice The lead gave the order `units`, maybe none.
    event OrderAllotted(bytes32 indexed id, bytes32 indexed order, address indexed investor, uint256 units);
    /// @notice The allocation is final; `allotted` units are sold.
    event AllocationFinal(bytes32 indexed id, address indexed lead, uint256 allotted);
    /// @notice The investor received `units` and paid `price` for each.
    event OrderSettled(
        bytes32 indexed id,
        bytes32 indexed order,
        address indexed investor,
        uint256 units,
        uint256 price
    );
    /// @notice The order could not be settled now.
    event OrderFailed(bytes32 indexed id, bytes32 indexed order, address indexed investor, bytes reason);

    /// @notice The terms contradict each other or the rules for all books.
    error BookTermsInvalid(bytes32 id);
    /// @notice Only `expected` may do this.
    error BookCallerInvalid(bytes32 id, address caller, address expected);
    /// @notice The book is not at the step that this needs.
    error BookStatusInvalid(bytes32 id, BookStatus status);
    /// @notice This is done from `from` until before `until`.
    error BookTimeInvalid(bytes32 id, uint256 from, uint256 until, uint256 time);
    /// @notice This contract is not the account's agent in the settlement engine.
    error BookAgentMissing(bytes32 id, address account);
    /// @notice The account cannot receive the units, or is the issuer's.
    error BookInvestorInvalid(bytes32 id, address investor);
    /// @notice The order is for no unit or more than there are, accepts no number of them, or pays less than the lowest price.
    error BookOrderInvalid(bytes32 order, uint256 units, uint256 minimumUnits, uint256 price);
    /// @notice The order is not at the step that this needs.
    error BookOrderStatusInvalid(bytes32 order, BookOrderStatus status);
    /// @notice The signature is not the investor's over this order.
    error BookSignatureInvalid(bytes32 order, address investor);
    /// @notice The price is outside the range of the terms.
    error BookPriceInvalid(bytes32 id, uint256 price, uint256 minimum, uint256 maximum);
    /// @notice A page has so many orders at most.
    error BookPageTooLong(uint256 orders, uint256 limit);
    /// @notice The order takes from `minimum` to `maximum` units, or none.
    error BookAllotmentInvalid(bytes32 order, uint256 units, uint256 minimum, uint256 maximum);
    /// @notice The order pays `limit` at most, and the book was closed at more.
    error BookLimitExceeded(bytes32 order, uint256 price, uint256 limit);
    /// @notice More units would be allotted than are for sale.
    error BookUnitsExceeded(bytes32 id, uint256 units, uint256 limit);

    /// @notice Opens a book.
    /// @dev Caller: the asset's issuer, which allows the engine the units and has authorised this contract in it. Reverts
    /// with {BookStatusInvalid}, {BookTermsInvalid}, the register's AssetTokenUnknown and AssetCurrencyUnlisted,
    /// {BookCallerInvalid}, {BookAgentMissing}.
    function openBook(BookTerms calldata terms) external returns (bytes32 id);

    /// @notice Places an order.
    /// @dev Caller: the investor, or anyone with its signature (EIP-712, ECDSA or ERC-1271) over the order. From `opens`
    /// until before `closes`. Reverts with {BookStatusInvalid}, {BookTimeInvalid}, {BookOrderStatusInvalid} (placed or
    /// revoked before), {BookOrderInvalid}, {BookInvestorInvalid}, {BookAgentMissing}, {BookSignatureInvalid}.
    /// @return id Id of the order.
    function placeOrder(
        BookTerms calldata terms,
        BookOrder calldata order,
        bytes calldata signature
    ) external returns (bytes32 id);

    /// @notice Takes an order back, or keeps one that was signed from being placed; for good.
    /// @dev Caller: the investor, until before `closes`. Reverts with {BookStatusInvalid}, {BookTimeInvalid},
    /// {BookCallerInvalid}, {BookOrderStatusInvalid}.
    function revokeOrder(BookTerms calldata terms, BookOrder calldata order) external;

    /// @notice Closes the book at a price.
    /// @dev Caller: the lead, from `closes` until `allotsUntil`. Reverts with {BookStatusInvalid}, {BookTimeInvalid},
    /// {BookCallerInvalid}, {BookPriceInvalid}.
    function closeBook(BookTerms calldata terms, uint64 price) external;

    /// @notice Gives orders their units, each order once, or none; all or nothing of a page.
    /// @dev Caller: the lead, {ALLOTTED_AT_ONCE} orders at most, until `allotsUntil`. Reverts with {BookStatusInvalid},
    /// {BookTimeInvalid}, {BookCallerInvalid}, {BookPageTooLong}, {BookOrderStatusInvalid}, {BookAllotmentInvalid},
    /// {BookLimitExceeded}, {BookUnitsExceeded}.
    /// @return allotted Units of all pages so far.
    function allot(BookTerms calldata terms, Allotment[] calldata allotments) external returns (uint256 allotted);

    /// @notice Makes the allocation final. Orders that were given nothing have nothing.
    /// @dev Caller: the lead, until `allotsUntil`. Reverts with {BookStatusInvalid}, {BookTimeInvalid},
    /// {BookCallerInvalid}.
    function finalizeBook(BookTerms calldata terms) external;

    /// @notice Settles allotted orders, each on its own.
    /// @dev Caller: anyone, {SETTLED_AT_ONCE} orders at most, from `settlesFrom` until `settlesUntil`. Reverts with
    /// {BookStatusInvalid}, {BookTimeInvalid}, {BookPageTooLong}, {BookOrderStatusInvalid}; what the engine or the tokens
    /// refuse is logged ({OrderFailed}) and changes nothing else.
    /// @return delivered Units of this page.
    function settle(BookTerms calldata terms, BookOrder[] calldata orders) external returns (uint256 delivered);

    /// @notice Id of a book: the EIP-712 digest of its terms.
    function bookId(BookTerms calldata terms) external view returns (bytes32);

    /// @notice Id of an order: its EIP-712 digest, which its investor signs.
    function orderId(bytes32 book, BookOrder calldata order) external view returns (bytes32);

    /// @notice How far a book has come.
    function bookStateOf(bytes32 id) external view returns (BookState memory);

    /// @notice How far an order has come, and what it was allotted.
    function orderStateOf(bytes32 order) external view returns (BookOrderStatus status, uint256 units);

    /// @notice The settlement engine.
    function ENGINE() external view returns (address);

    /// @notice The register of assets.
    function REGISTER() external view returns (address);

    /// @notice Most orders allotted in one call.
    function ALLOTTED_AT_ONCE() external view returns (uint256);

    /// @notice Most orders settled in one call.
    function SETTLED_AT_ONCE() external view returns (uint256);
}
