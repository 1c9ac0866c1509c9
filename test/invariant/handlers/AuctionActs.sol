// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {AuctionCut, AuctionTerms, Bid, BidStatus} from "../../../contracts/markets/IBondAuction.sol";
import {Instruction, Leg} from "../../../contracts/settlement/ISettlementEngine.sol";
import {AuctionBook} from "../support/AuctionBook.sol";
import {VM} from "../support/Vm.sol";

/// @dev Every act is decided by the book first. Some hours pass with every act; when an auction is closed, the next one
/// opens.
abstract contract AuctionActs is AuctionBook {
    error Taken(address by, uint256 auction);

    uint256 private constant HOURS = 3 hours;

    modifier then_() {
        VM.warp(_clock);
        if (_sales.length == 0 || _sales[_sales.length - 1].step == Step.Closed) _announceNext();
        _;
        _clock += HOURS;
    }

    // -------------------------------------------------------------------- acts

    /// @dev One bid in eight is at a price that no bid may have, or for more units than one bidder may want.
    function place(uint256 who, uint256 units, uint256 price, uint256 mode) external then_ {
        (who, units, price, mode) = (FIRST + (_mix(who) % BIDDERS), _mix(units), _mix(price), _mix(mode));
        uint256 a = _sales.length - 1;
        uint256 b = _bids[a].length;
        // a few prices only, so that bids meet at the margin
        price = mode % 8 == 1 ? HIGHEST + 1 : LOWEST + 4 + (price % 3);
        bool allowed =
            mode % 16 != 0 && _isWithin(a, 0, 1) && b < BIDS && _countOf(a, who) < OWN_BIDS && !withheld[who];
        if (_spared(allowed, mode >> 16)) return;
        _bids[a].push(Kept(who, 1 + (units % MOST), price, BidStatus.Sealed, 0));
        AuctionTerms memory terms = _terms(a, _sales[a].opens);
        bytes32 id = auctions.bidId(auctions.auctionId(terms), bidAt(a, b));
        bytes memory data = abi.encodeCall(auctions.placeBid, (terms, person(who), id, ""));
        _do("place", person(mode % 16 == 0 ? STRANGER : who), address(auctions), data, allowed);
        if (!allowed) _bids[a].pop();
        else heldMoney[who] += GUARANTEE;
    }

    function reveal(uint256 b, uint256 mode) external then_ {
        (b, mode) = (_mix(b), _mix(mode));
        uint256 a = _sales.length - 1;
        if (_bids[a].length == 0) return;
        b %= _bids[a].length;
        Kept storage kept = _bids[a][b];
        bool allowed =
            mode % 8 != 0 &&
                _isWithin(a, 1, 2) &&
                kept.status == BidStatus.Sealed &&
                kept.price <= HIGHEST &&
                _unitsOf(a, kept.who) + kept.units <= MOST;
        if (_spared(allowed, mode >> 16)) return;
        AuctionTerms memory terms = _terms(a, _sales[a].opens);
        bytes32 id = auctions.bidId(auctions.auctionId(terms), bidAt(a, b));
        bytes memory signature = _signed(mode % 8 == 0 ? STRANGER : kept.who, id);
        bytes memory data = abi.encodeCall(auctions.revealBid, (terms, bidAt(a, b), signature));
        _do("reveal", person(STRANGER), address(auctions), data, allowed);
        if (allowed) kept.status = BidStatus.Revealed;
    }

    /// @dev Proved in one page: rightly, by a wrong cut, with a bid twice, or with one left out.
    function prove(uint256 mode) external then_ {
        mode = _mix(mode);
        uint256 a = _sales.length - 1;
        bool due = _isWithin(a, 2, 4) || _clock == _sales[a].opens + 4 * LENGTH;
        if (_spared(due && _sales[a].step == Step.Open, mode >> 16)) return;
        AuctionTerms memory terms = _terms(a, _sales[a].opens);
        if (!due || _sales[a].step != Step.Open) {
            bytes memory early = abi.encodeCall(auctions.propose, (terms, _cut(a)));
            _do("prove", person(STRANGER), address(auctions), early, false);
            return;
        }
        uint256 kind = mode % 8;
        _deal(a);
        AuctionCut memory cut = _cut(a);
        if (kind == 0) ++cut.demand;
        Bid[] memory ranked = _order(a);
        bool finished = kind > 2 || (kind == 2 && ranked.length == 0);
        if (kind == 1) ranked = _withTwin(ranked);
        if (kind == 2) ranked = _withoutLast(ranked);
        VM.prank(person(STRANGER));
        auctions.propose(terms, cut);
        bytes memory data = abi.encodeCall(auctions.rank, (terms, ranked));
        _do("prove", person(STRANGER), address(auctions), data, kind > 1 || (kind == 1 && ranked.length == 0));
        if (finished || (kind == 1 && ranked.length == 0)) _sales[a].step = Step.Allocated;
        else for (uint256 b = 0; b < _bids[a].length; ++b) _bids[a][b].got = 0;
    }

    function settle(uint256 b, uint256 chance) external then_ {
        (b, chance) = (_mix(b), _mix(chance));
        uint256 a = _sales.length - 1;
        if (_bids[a].length == 0) return;
        b %= _bids[a].length;
        Kept storage kept = _bids[a][b];
        bool due = kept.status == BidStatus.Revealed || kept.status == BidStatus.Defaulted;
        bool allowed = _isSettling(a) && due && kept.got != 0;
        if (_spared(allowed, chance)) return;
        Bid[] memory bids = new Bid[](1);
        bids[0] = bidAt(a, b);
        bytes memory data = abi.encodeCall(auctions.settle, (_terms(a, _sales[a].opens), bids));
        _do("settle", person(chance % CAST), address(auctions), data, allowed);
        if (!allowed) return;
        kept.status = withheld[kept.who] ? BidStatus.Defaulted : BidStatus.Settled;
        if (withheld[kept.who]) return;
        heldMoney[kept.who] -= GUARANTEE;
        _pay(a, kept.who, kept.got, _priceOf(a, kept));
    }

    function underwrite(uint256 chance) external then_ {
        chance = _mix(chance);
        uint256 a = _sales.length - 1;
        Sale storage sale = _sales[a];
        bool allowed = _isSettling(a) && !sale.underwritten && sale.allotted < LOT;
        if (_spared(allowed, chance)) return;
        bytes memory data = abi.encodeCall(auctions.settleUnderwriting, (_terms(a, sale.opens), 0));
        _do("underwrite", person(chance % CAST), address(auctions), data, allowed);
        if (!allowed) return;
        sale.underwritten = true;
        _pay(a, UNDERWRITER, LOT - sale.allotted, LOWEST);
    }

    /// @dev A guarantee goes back, or to the issuer; also in an auction that is over.
    function conclude(uint256 age, uint256 b, uint256 mode) external then_ {
        (age, b, mode) = (_mix(age), _mix(b), _mix(mode));
        uint256 a = _sales.length - 1;
        if (age % 2 == 0 && a != 0) --a;
        if (_bids[a].length == 0) return;
        b %= _bids[a].length;
        if (mode % 2 == 0) _release(a, b, mode >> 8);
        else _forfeit(a, b, mode >> 8);
    }

    function finish(uint256 chance) external then_ {
        chance = _mix(chance);
        uint256 a = _sales.length - 1;
        Sale storage sale = _sales[a];
        bool allowed = _isOver(a) || (sale.step == Step.Allocated && sale.delivered == LOT);
        if (_spared(allowed, chance)) return;
        bytes memory data = abi.encodeCall(auctions.close, (_terms(a, sale.opens)));
        _do("close", person(chance % CAST), address(auctions), data, allowed);
        if (allowed) sale.step = Step.Closed;
    }

    /// @dev Mostly given; taken back it keeps a bidder from bidding and from paying.
    function authorise(uint256 who, uint256 chance) external then_ {
        who = FIRST + (_mix(who) % BIDDERS);
        withheld[who] = _mix(chance) % 4 == 0;
        VM.prank(person(who));
        engine.authorizeAgent(address(auctions), !withheld[who]);
    }

    /// @dev Past the contract, at the ledgers and by its own inner step: nobody takes what is held.
    function raid(uint256 b, uint256 who) external then_ {
        (b, who) = (_mix(b), _mix(who));
        uint256 a = _sales.length - 1;
        AuctionTerms memory terms = _terms(a, _sales[a].opens);
        address caller = person(FIRST + (who % (CAST - FIRST)));
        _refuse(
            a,
            caller,
            address(bond),
            abi.encodeCall(IHoldLedger.captureHold, (auctions.lotHoldOf(terms), caller, 1))
        );
        if (_bids[a].length == 0) return;
        b %= _bids[a].length;
        Kept storage kept = _bids[a][b];
        bytes32 id = auctions.bidId(auctions.auctionId(terms), bidAt(a, b));
        Hold memory hold = auctions.guaranteeOf(terms, person(kept.who), id);
        bytes memory capture = abi.encodeCall(IHoldLedger.captureHold, (hold, hold.payee, hold.amount));
        _refuse(a, caller, address(_money), capture);
        Instruction memory none = Instruction(id, 0, type(uint48).max, false, new Leg[](0));
        _refuse(a, caller, address(auctions), abi.encodeCall(auctions.deliver, (none, address(_money), hold)));
    }

    function pass(uint256 time) external then_ {
        _clock += _mix(time) % 8 hours;
    }

    // ---------------------------------------------------------------- internals

    function _release(uint256 a, uint256 b, uint256 chance) private {
        Kept storage kept = _bids[a][b];
        bool over = _clock > _sales[a].opens + 4 * LENGTH;
        bool lost = _sales[a].step != Step.Open && kept.got == 0;
        bool allowed = kept.status == BidStatus.Revealed && (over || lost);
        if (_spared(allowed, chance)) return;
        Bid[] memory bids = new Bid[](1);
        bids[0] = bidAt(a, b);
        bytes memory data = abi.encodeCall(auctions.release, (_terms(a, _sales[a].opens), bids));
        _do("release", person(chance % CAST), address(auctions), data, allowed);
        if (!allowed) return;
        kept.status = BidStatus.Released;
        heldMoney[kept.who] -= GUARANTEE;
    }

    function _forfeit(uint256 a, uint256 b, uint256 chance) private {
        Kept storage kept = _bids[a][b];
        uint256 opens = _sales[a].opens;
        bool hidden = kept.status == BidStatus.Sealed && _clock >= opens + 2 * LENGTH;
        bool allowed = hidden || (kept.status == BidStatus.Defaulted && _clock > opens + 4 * LENGTH);
        if (_spared(allowed, chance)) return;
        bytes32 id = auctions.bidId(auctions.auctionId(_terms(a, opens)), bidAt(a, b));
        bytes memory data = abi.encodeCall(auctions.forfeit, (_terms(a, opens), person(kept.who), id));
        _do("forfeit", person(chance % CAST), address(auctions), data, allowed);
        if (!allowed) return;
        kept.status = BidStatus.Forfeited;
        heldMoney[kept.who] -= GUARANTEE;
        money_[kept.who] -= GUARANTEE;
        money_[ISSUER] += GUARANTEE;
    }

    function _refuse(uint256 a, address caller, address target, bytes memory data) private {
        (bool taken, ) = _as(caller, target, data);
        require(!taken, Taken(caller, a));
    }

    function _isWithin(uint256 a, uint256 from, uint256 until) private view returns (bool) {
        uint256 opens = _sales[a].opens;
        return _sales[a].step == Step.Open && _clock >= opens + from * LENGTH && _clock < opens + until * LENGTH;
    }

    function _isSettling(uint256 a) private view returns (bool) {
        return _sales[a].step == Step.Allocated && _clock <= _sales[a].opens + 4 * LENGTH;
    }

    function _isOver(uint256 a) private view returns (bool) {
        return _clock > _sales[a].opens + 4 * LENGTH;
    }

    function _withTwin(Bid[] memory ranked) private pure returns (Bid[] memory twice) {
        if (ranked.length == 0) return ranked;
        twice = new Bid[](ranked.length + 1);
        for (uint256 i = 0; i < ranked.length; ++i) twice[i] = ranked[i];
        twice[ranked.length] = ranked[ranked.length - 1];
    }

    function _withoutLast(Bid[] memory ranked) private pure returns (Bid[] memory fewer) {
        if (ranked.length == 0) return ranked;
        fewer = new Bid[](ranked.length - 1);
        for (uint256 i = 0; i < fewer.length; ++i) fewer[i] = ranked[i];
    }

    /// @dev Most acts that must be refused are left out, so that stories come to an end.
    function _spared(bool allowed, uint256 chance) private pure returns (bool) {
        return !allowed && chance % 4 != 0;
    }

    function _mix(uint256 seed) private view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }
}
