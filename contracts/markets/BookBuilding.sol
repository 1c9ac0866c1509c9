// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAssetRegistry} from "../assets/IAssetRegistry.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {
    Allotment,
    BookOrder,
    BookOrderStatus,
    BookState,
    BookStatus,
    BookTerms,
    IBookBuilding
} from "./IBookBuilding.sol";

/// @title BookBuilding
/// @notice See {IBookBuilding}.
/// @dev A book and an order are one storage word each; both come whole with each call and are recognised by their hash.
contract BookBuilding is IBookBuilding, EIP712, ReentrancyGuardTransient {
    struct OrderState {
        BookOrderStatus status;
        uint64 units;
    }

    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "BookTerms(address issuer,address lead,address security,address currency,bytes32 documentHash,uint64 units,uint64 minimumPrice,uint64 maximumPrice,uint40 opens,uint40 closes,uint40 allotsUntil,uint40 settlesFrom,uint40 settlesUntil)"
    );
    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "BookOrder(bytes32 book,address investor,uint64 units,uint64 minimumUnits,uint64 price,bytes32 salt)"
    );

    /// @inheritdoc IBookBuilding
    uint256 public constant ALLOTTED_AT_ONCE = 200;
    /// @inheritdoc IBookBuilding
    uint256 public constant SETTLED_AT_ONCE = 60;

    /// @inheritdoc IBookBuilding
    address public immutable ENGINE;
    /// @inheritdoc IBookBuilding
    address public immutable REGISTER;

    mapping(bytes32 id => BookState) private _books;
    mapping(bytes32 order => OrderState) private _orders;

    constructor(ISettlementEngine engine_, IAssetRegistry register_) EIP712("BookBuilding", "1") {
        ENGINE = address(engine_);
        REGISTER = address(register_);
    }

    /// @inheritdoc IBookBuilding
    function openBook(BookTerms calldata terms) external returns (bytes32 id) {
        id = bookId(terms);
        _requireStatus(id, BookStatus.None);
        _requireIssuer(id, terms);
        require(_isSound(terms), BookTermsInvalid(id));
        _books[id].status = BookStatus.Open;
        emit BookOpened(id, terms.issuer, terms.lead, terms);
    }

    /// @inheritdoc IBookBuilding
    function placeOrder(
        BookTerms calldata terms,
        BookOrder calldata order,
        bytes calldata signature
    ) external returns (bytes32 id) {
        bytes32 book = bookId(terms);
        _requireStatus(book, BookStatus.Open);
        _requireTime(book, terms.opens, terms.closes);
        id = orderId(book, order);
        _requireOrder(id, BookOrderStatus.None);
        require(_isTaken(terms, order), BookOrderInvalid(id, order.units, order.minimumUnits, order.price));
        _requireInvestor(book, terms, order.investor);
        require(
            msg.sender == order.investor || Signatures.isValid(order.investor, id, signature),
            BookSignatureInvalid(id, order.investor)
        );
        _orders[id].status = BookOrderStatus.Placed;
        emit OrderPlaced(book, id, order.investor, order);
    }

    /// @inheritdoc IBookBuilding
    function revokeOrder(BookTerms calldata terms, BookOrder calldata order) external {
        bytes32 book = bookId(terms);
        _requireStatus(book, BookStatus.Open);
        _requireTime(book, 0, terms.closes);
        require(msg.sender == order.investor, BookCallerInvalid(book, msg.sender, order.investor));
        bytes32 id = orderId(book, order);
        BookOrderStatus status = _orders[id].status;
        require(status <= BookOrderStatus.Placed, BookOrderStatusInvalid(id, status));
        _orders[id].status = BookOrderStatus.Revoked;
        emit OrderRevoked(book, id, order.investor);
    }

    /// @inheritdoc IBookBuilding
    function closeBook(BookTerms calldata terms, uint64 price) external {
        bytes32 id = _requireLead(terms, BookStatus.Open);
        require(
            price >= terms.minimumPrice && price <= terms.maximumPrice,
            BookPriceInvalid(id, price, terms.minimumPrice, terms.maximumPrice)
        );
        (_books[id].status, _books[id].price) = (BookStatus.Priced, price);
        emit BookPriced(id, terms.lead, price);
    }

    /// @inheritdoc IBookBuilding
    function allot(BookTerms calldata terms, Allotment[] calldata allotments) external returns (uint256 allotted) {
        bytes32 id = _requireLead(terms, BookStatus.Priced);
        _requirePage(allotments.length, ALLOTTED_AT_ONCE);
        uint256 price = _books[id].price;
        allotted = _books[id].allotted;
        for (uint256 i = 0; i < allotments.length; ++i) {
            _allot(id, price, allotments[i].order, allotments[i].units);
            allotted += allotments[i].units;
        }
        require(allotted <= terms.units, BookUnitsExceeded(id, allotted, terms.units));
        _books[id].allotted = uint64(allotted);
    }

    /// @inheritdoc IBookBuilding
    function finalizeBook(BookTerms calldata terms) external {
        bytes32 id = _requireLead(terms, BookStatus.Priced);
        _books[id].status = BookStatus.Final;
        emit AllocationFinal(id, terms.lead, _books[id].allotted);
    }

    /// @inheritdoc IBookBuilding
    function settle(
        BookTerms calldata terms,
        BookOrder[] calldata orders
    ) external nonReentrant returns (uint256 delivered) {
        bytes32 id = bookId(terms);
        _requireStatus(id, BookStatus.Final);
        _requireTime(id, terms.settlesFrom, uint256(terms.settlesUntil) + 1);
        _requirePage(orders.length, SETTLED_AT_ONCE);
        uint256 price = _books[id].price;
        for (uint256 i = 0; i < orders.length; ++i) delivered += _settle(id, terms, price, orders[i]);
        _books[id].delivered += uint64(delivered);
    }

    /// @inheritdoc IBookBuilding
    function bookId(BookTerms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(TERMS_TYPEHASH, terms)));
    }

    /// @inheritdoc IBookBuilding
    function orderId(bytes32 book, BookOrder calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, book, order)));
    }

    /// @inheritdoc IBookBuilding
    function bookStateOf(bytes32 id) external view returns (BookState memory) {
        return _books[id];
    }

    /// @inheritdoc IBookBuilding
    function orderStateOf(bytes32 order) external view returns (BookOrderStatus status, uint256 units) {
        OrderState storage state = _orders[order];
        return (state.status, state.units);
    }

    function _allot(bytes32 book, uint256 price, BookOrder calldata order, uint64 units) private {
        bytes32 id = orderId(book, order);
        _requireOrder(id, BookOrderStatus.Placed);
        if (units != 0) {
            require(price <= order.price, BookLimitExceeded(id, price, order.price));
            require(
                units >= order.minimumUnits && units <= order.units,
                BookAllotmentInvalid(id, units, Math.max(order.minimumUnits, 1), order.units)
            );
        }
        BookOrderStatus status = units == 0 ? BookOrderStatus.Declined : BookOrderStatus.Allotted;
        _orders[id] = OrderState(status, units);
        emit OrderAllotted(book, id, order.investor, units);
    }

    /// @dev The one place that settles an order.
    function _settle(
        bytes32 book,
        BookTerms calldata terms,
        uint256 price,
        BookOrder calldata order
    ) private returns (uint256 units) {
        bytes32 id = orderId(book, order);
        OrderState storage state = _orders[id];
        BookOrderStatus status = state.status;
        require(
            status == BookOrderStatus.Allotted || status == BookOrderStatus.Failed,
            BookOrderStatusInvalid(id, status)
        );
        units = state.units;
        state.status = BookOrderStatus.Settled;
        Instruction memory instruction = _instruction(id, terms, order.investor, units, price);
        try ISettlementEngine(ENGINE).settle(instruction, new bytes[](0), new Hold[](0)) {
            emit OrderSettled(book, id, order.investor, units, price);
        } catch (bytes memory reason) {
            state.status = BookOrderStatus.Failed;
            units = 0;
            emit OrderFailed(book, id, order.investor, reason);
        }
    }

    function _instruction(
        bytes32 order,
        BookTerms calldata terms,
        address investor,
        uint256 units,
        uint256 price
    ) private pure returns (Instruction memory) {
        Leg[] memory legs = new Leg[](2);
        // the investor begins: its reference is its own, and no issuer can use it up
        legs[0] = Leg(terms.currency, investor, terms.issuer, units * price);
        legs[1] = Leg(terms.security, terms.issuer, investor, units);
        return Instruction(order, terms.settlesFrom, terms.settlesUntil, false, legs);
    }

    function _isSound(BookTerms calldata terms) private view returns (bool) {
        return
            terms.lead != address(0) &&
            terms.units != 0 &&
            terms.minimumPrice != 0 &&
            terms.minimumPrice <= terms.maximumPrice &&
            uint256(terms.units) * terms.maximumPrice <= type(uint64).max &&
            block.timestamp <= terms.opens &&
            terms.opens < terms.closes &&
            terms.closes <= terms.allotsUntil &&
            terms.allotsUntil <= terms.settlesFrom &&
            terms.settlesFrom <= terms.settlesUntil;
    }

    function _isTaken(BookTerms calldata terms, BookOrder calldata order) private pure returns (bool) {
        return
            order.units != 0 &&
            order.units <= terms.units &&
            order.minimumUnits <= order.units &&
            order.price >= terms.minimumPrice;
    }

    function _requireIssuer(bytes32 id, BookTerms calldata terms) private view {
        IAssetRegistry register = IAssetRegistry(REGISTER);
        register.requireCurrency(terms.currency);
        address issuer = register.asset(register.requireToken(terms.security)).issuer;
        require(msg.sender == issuer && terms.issuer == issuer, BookCallerInvalid(id, msg.sender, issuer));
        _requireAgency(id, issuer);
    }

    function _requireInvestor(bytes32 id, BookTerms calldata terms, address investor) private view {
        require(
            investor != terms.issuer && ILedger(terms.security).canReceive(investor),
            BookInvestorInvalid(id, investor)
        );
        _requireAgency(id, investor);
    }

    function _requireAgency(bytes32 id, address account) private view {
        require(ISettlementEngine(ENGINE).isAgent(account, address(this)), BookAgentMissing(id, account));
    }

    /// @dev The lead calls, and the time to allot is on.
    function _requireLead(BookTerms calldata terms, BookStatus needed) private view returns (bytes32 id) {
        id = bookId(terms);
        _requireStatus(id, needed);
        require(msg.sender == terms.lead, BookCallerInvalid(id, msg.sender, terms.lead));
        _requireTime(id, terms.closes, uint256(terms.allotsUntil) + 1);
    }

    function _requireStatus(bytes32 id, BookStatus needed) private view {
        BookStatus status = _books[id].status;
        require(status == needed, BookStatusInvalid(id, status));
    }

    function _requireOrder(bytes32 id, BookOrderStatus needed) private view {
        BookOrderStatus status = _orders[id].status;
        require(status == needed, BookOrderStatusInvalid(id, status));
    }

    function _requireTime(bytes32 id, uint256 from, uint256 until) private view {
        require(block.timestamp >= from && block.timestamp < until, BookTimeInvalid(id, from, until, block.timestamp));
    }

    function _requirePage(uint256 orders, uint256 limit) private pure {
        require(orders <= limit, BookPageTooLong(orders, limit));
    }
}
