// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CouponCut} from "../../../contracts/assets/IBond.sol";
import {IBondMeetings} from "../../../contracts/assets/IBondMeetings.sol";
import {IHolderOffers} from "../../../contracts/assets/IHolderOffers.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {StructuredStage} from "../support/StructuredStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev A bond's life in any order, what was done already tried again and again. The story writes down what everybody
/// held at each record date and what everybody was ever paid for what; the invariants compare that with the promise.
abstract contract StructuredActs is StructuredStage, Telling {
    error PaidApart(bytes32 id, address who, uint256 units, uint256 money);

    uint256 private constant STEP = 2 hours;
    uint256 private constant TENDERS = 8;
    uint256 private constant TOO_MANY = 201;

    /// @dev What each person held at record date `k`, and what came to it for coupon `k` in each currency.
    mapping(uint256 k => mapping(uint256 i => uint256)) public held;
    mapping(uint256 k => mapping(uint256 i => uint256)) public gotHome;
    mapping(uint256 k => mapping(uint256 i => uint256)) public gotOther;
    /// @dev What each person's share was proved to be.
    mapping(uint256 k => mapping(uint256 i => uint256)) public shares;
    /// @dev Fixings by coupon, plus one; prices likewise.
    mapping(uint256 k => uint256) public rates;
    mapping(uint256 k => uint256) public prices;
    /// @dev Units that came to the issuer by an offer.
    mapping(bytes32 id => uint256) public bought;
    /// @dev Votes that went through: units, by choice.
    mapping(uint256 k => mapping(uint256 vote => uint256)) public votes;
    uint256 public passed;
    uint256 public redeemed;
    bytes32[] private _ids;
    bytes32[2] private _frozen;

    modifier then_() {
        VM.warp(_clock);
        while (passed < COUPONS && _clock >= recordTime(passed)) {
            for (uint256 i = 0; i < CAST; ++i) held[passed][i] = bond.balanceOf(person(i));
            ++passed;
        }
        _;
        _clock += STEP;
    }

    function idCount() external view returns (uint256) {
        return _ids.length;
    }

    function idAt(uint256 i) external view returns (bytes32) {
        return _ids[i];
    }

    // -------------------------------------------------------------------- acts

    function move(uint256 from, uint256 to, uint256 units) external then_ {
        (from, to) = (from % CAST, to % CAST);
        _try("move", person(from), address(bond), abi.encodeCall(bond.transfer, (person(to), units % 150)));
    }

    function choose(uint256 who, uint256 yes) external then_ {
        uint256 k = passed;
        bytes memory data = abi.encodeCall(actions.chooseCurrency, (bond, k, yes % 4 != 0));
        _try("choose", person(who % CAST), address(actions), data);
    }

    /// @dev The rate of a coupon that has begun to accrue, then the price of the last record day.
    function fix(uint256 value) external then_ {
        uint256 k = 0;
        while (rates[k] != 0) ++k;
        if (_clock >= _dayStart(k)) {
            uint256 rate = value % 100_000_000;
            rates[k] = rate + 1;
            fixings.publish(RATE, uint24(FIRST_DAY + PERIOD * k), int48(int256(rate)));
            return;
        }
        if (passed == 0 || prices[passed - 1] != 0) return;
        uint256 price = 50_000_000 + (value % 100_000_000);
        prices[passed - 1] = price;
        uint256 day = (recordTime(passed - 1) + 8 hours) / 1 days;
        fixings.publish(PRICE, uint24(day), int48(int256(price)));
    }

    /// @dev Opens the next coupon with a cut that is right, or not; measures it; places the money.
    function open(uint256 wrong) external then_ {
        uint256 k = bond.recordsSettled();
        if (k == COUPONS) return;
        CouponCut memory cut = _cut(k);
        if (wrong % 8 == 0) cut.remainder ^= 1;
        bool done = _try("open", person(ISSUER), address(actions), abi.encodeCall(actions.openCoupon, (bond, k, cut)));
        if (!done) return;
        address[] memory all = _all();
        done = _try("measure", person(ISSUER), address(actions), abi.encodeCall(actions.measureCoupon, (bond, k, all)));
        for (uint256 i = 0; done && i < CAST; ++i) shares[k][i] = actions.couponShare(bond, k, person(i));
        _fund(_money, address(actions), actions.couponRef(bond, k));
        _fund(other, address(actions), actions.optionRef(bond, k));
    }

    /// @dev A page of anybody, in either currency.
    function pay(uint256 page, uint256 which) external then_ {
        uint256 k = bond.recordsSettled();
        if (k == COUPONS) return;
        address[] memory holders = _some4(page);
        bool option = which % 2 == 0;
        bytes memory data =
            option
                ? abi.encodeCall(
                    actions.payCouponInOption,
                    (bond, k, _hold(address(actions), actions.optionRef(bond, k)), holders)
                )
                : abi.encodeCall(
                    actions.payCoupon,
                    (bond, k, _hold(address(actions), actions.couponRef(bond, k)), holders)
                );
        _paying(option ? "payOption" : "pay", k, address(actions), data);
    }

    /// @dev Of somebody who has a claim, or of anybody.
    function claim(uint256 k, uint256 who) external then_ {
        bool known = who % 4 != 0;
        (k, who) = (k % COUPONS, who % CAST);
        for (uint256 i = 0; known && i < CAST * COUPONS; ++i) {
            (, uint256 amount) = actions.couponState(bond, i / CAST, person(i % CAST));
            if (amount != 0) (k, who) = (i / CAST, i % CAST);
        }
        Hold memory hold = _hold(address(actions), actions.couponRef(bond, k));
        bytes memory data = abi.encodeCall(actions.claimCoupon, (bond, k, hold, person(who)));
        _paying("claim", k, address(actions), data);
    }

    /// @dev Freezes a holder's wallet in one currency, or lifts what there is.
    function freeze(uint256 who, uint256 which) external then_ {
        IDigitalCurrency money_ = which % 2 == 0 ? _money : other;
        bytes32 frozen = _frozen[which % 2];
        VM.prank(_enforcer());
        if (frozen != 0) {
            money_.unfreeze(address(uint160(uint256(frozen))), BASIS);
            _frozen[which % 2] = 0;
        } else {
            address target = person(1 + (who % (CAST - 1)));
            money_.freeze(target, BASIS);
            _frozen[which % 2] = bytes32(uint256(uint160(target)));
        }
    }

    function offer(uint256 most, uint256 kind) external then_ {
        if (kind % 3 == 0) {
            bytes memory put = abi.encodeCall(offers.openPut, (bond, 0));
            if (_try("openPut", person(1), address(offers), put)) _ids.push(offers.putId(bond, 0));
            return;
        }
        if (_ids.length > TENDERS) return;
        bytes32 ref = _newRef();
        uint48 until = uint48(_clock + 30 hours);
        bytes memory data = abi.encodeCall(
            offers.openTender,
            (bond, ref, uint64(1 + (most % 120)), uint64(NOMINAL), until, until)
        );
        if (_try("openTender", person(ISSUER), address(offers), data)) _ids.push(offers.tenderId(bond, ref));
    }

    function elect(uint256 o, uint256 who, uint256 units) external then_ {
        if (_ids.length == 0) return;
        bytes32 id = _idOf(o);
        (address holder, uint64 amount) = (person(1 + (who % (CAST - 1))), uint64(units % 80));
        Hold memory terms = offers.electionHold(id, holder, amount);
        (bool placed, ) = _as(holder, address(bond), abi.encodeCall(bond.placeHold, (terms)));
        bool done = _try("elect", holder, address(offers), abi.encodeCall(offers.elect, (id, holder, amount, "")));
        // no hold is left behind by an election that was refused: it would tie units that nobody elected
        if (placed && !done) _release(terms);
    }

    function withdraw(uint256 o, uint256 position, uint256 who) external then_ {
        bytes32 id = _idOf(o);
        IHolderOffers.Offer memory terms = offers.offerOf(id);
        position = 1 + (position % (uint256(terms.count) + 1));
        (IHolderOffers.Election memory election, ) = offers.electionOf(id, position);
        address caller = who % 8 == 0 ? person(ISSUER) : election.holder;
        _try("withdraw", caller, address(offers), abi.encodeCall(offers.withdraw, (id, position)));
    }

    /// @dev Whatever comes next in an offer's life: its end, perhaps with a wrong cut, the measure, a page of payments.
    function proceed(uint256 o, uint256 size) external then_ {
        bytes32 id = _idOf(o);
        IHolderOffers.Phase phase = offers.offerOf(id).phase;
        bytes32 ref = offers.fundingRef(id);
        if (phase == IHolderOffers.Phase.Measuring && size % 4 != 0) {
            _try("measureOffer", person(1), address(offers), abi.encodeCall(offers.measure, (id, 1 + (size % 9))));
        } else if (phase == IHolderOffers.Phase.Payable) {
            _fund(_money, address(offers), ref);
            Hold memory hold = _hold(address(offers), ref);
            _buying("settle", id, abi.encodeCall(offers.settle, (id, hold, size % 8 == 0 ? TOO_MANY : 1 + (size % 3))));
        } else {
            CouponCut memory cut = _offerCut(id);
            if (size % 3 == 0) cut = CouponCut(0, 0);
            bytes memory data = abi.encodeCall(offers.close, (id, cut));
            _try("close", person(ISSUER), address(offers), data);
        }
    }

    function claimElection(uint256 o, uint256 position) external then_ {
        bytes32 id = _idOf(o);
        uint256 count = offers.offerOf(id).count;
        position = 1 + (position % (count + 1));
        for (uint256 i = 1; i <= count; ++i) {
            (, bool parked) = offers.electionOf(id, i);
            if (parked) position = i;
        }
        Hold memory hold = _hold(address(offers), offers.fundingRef(id));
        _buying("claimElection", id, abi.encodeCall(offers.claim, (id, hold, position)));
    }

    function withdrawOffer(uint256 o) external then_ {
        bytes memory data = abi.encodeCall(offers.withdrawOffer, (_idOf(o)));
        _try("withdrawOffer", person(ISSUER), address(offers), data);
    }

    function call(uint256 chance) external then_ {
        if (chance % 4 != 0) return;
        _try("call", person(ISSUER), address(bond), abi.encodeCall(bond.callBond, (0)));
    }

    function redeem(uint256 page) external then_ {
        bytes32 ref = actions.redemptionRef(bond);
        _fund(_money, address(actions), ref);
        uint256 before = bond.totalSupply();
        bytes memory data = abi.encodeCall(actions.redeem, (bond, _hold(address(actions), ref), _some4(page)));
        _try("redeem", person(1), address(actions), data);
        redeemed += before - bond.totalSupply();
    }

    function convene() external then_ {
        if (passed == COUPONS) return;
        bytes memory data = abi.encodeCall(meetings.convene, (bond, passed, BASIS, uint48(_dayStart(passed + 1))));
        _try("convene", person(ISSUER), address(meetings), data);
    }

    function vote(uint256 who, uint256 how) external then_ {
        if (passed == 0) return;
        (who, how) = (who % CAST, how % 3);
        bytes32 id = meetings.meetingId(bond, passed - 1, BASIS);
        bytes memory data = abi.encodeCall(meetings.castVote, (id, IBondMeetings.Vote(how)));
        if (_try("vote", person(who), address(meetings), data)) votes[passed - 1][how] += held[passed - 1][who];
    }

    /// @dev On to the next record date or payment, whichever comes first.
    function pass() external then_ {
        if (passed == COUPONS) return;
        uint256 next = recordTime(passed);
        if (passed != 0 && _clock < _dayStart(passed)) next = _dayStart(passed);
        if (_clock + STEP < next) _clock = next - STEP;
    }

    // --------------------------------------------------------------- internals

    /// @dev The executor may; nobody elected these units.
    function _release(Hold memory terms) private {
        VM.prank(address(offers));
        bond.releaseHold(terms);
    }

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _try(string memory act, address who, address target, bytes memory data) internal returns (bool done) {
        bytes memory reason;
        (done, reason) = _as(who, target, data);
        if (done) ++_tallies[act].done;
        else ++_tallies[act].refused;
        if (done) ++_total.done;
        else ++_total.refused;
        if (!done) ++refusals[bytes4(reason)];
    }

    /// @dev Writes down what came to whom.
    function _paying(string memory act, uint256 k, address target, bytes memory data) private {
        (uint256[CAST] memory home, uint256[CAST] memory abroad) = (_balances(_money), _balances(other));
        _try(act, person(BANK), target, data);
        for (uint256 i = 1; i < CAST; ++i) {
            gotHome[k][i] += _money.balanceOf(person(i)) - home[i];
            gotOther[k][i] += other.balanceOf(person(i)) - abroad[i];
        }
    }

    /// @dev Each unit that leaves a holder is paid for, in the same transaction, with the price.
    function _buying(string memory act, bytes32 id, bytes memory data) private {
        uint256[CAST] memory home = _balances(_money);
        uint256[CAST] memory units;
        for (uint256 i = 0; i < CAST; ++i) units[i] = bond.balanceOf(person(i));
        _try(act, person(BANK), address(offers), data);
        uint256 price = offers.offerOf(id).price;
        uint256 sum;
        for (uint256 i = 1; i < CAST; ++i) {
            uint256 gone = units[i] - bond.balanceOf(person(i));
            uint256 paid = _money.balanceOf(person(i)) - home[i];
            require(paid == gone * price, PaidApart(id, person(i), gone, paid));
            sum += gone;
        }
        uint256 come = bond.balanceOf(person(ISSUER)) - units[ISSUER];
        require(come == sum, PaidApart(id, person(ISSUER), come, sum));
        bought[id] += sum;
    }

    function _fund(IDigitalCurrency money_, address executor, bytes32 ref) private {
        _as(person(ISSUER), address(money_), abi.encodeCall(money_.placeHold, (_hold(executor, ref))));
    }

    /// @dev More than anything here costs; the same terms again are refused.
    function _hold(address executor, bytes32 ref) private pure returns (Hold memory) {
        return Hold(person(ISSUER), address(0), executor, MOST / 1e6, NEVER, ref);
    }

    function _balances(IDigitalCurrency money_) private view returns (uint256[CAST] memory balances) {
        for (uint256 i = 0; i < CAST; ++i) balances[i] = money_.balanceOf(person(i));
    }

    /// @dev The right cut of a coupon: the last of as many as are missing to the total, by remainder and place.
    function _cut(uint256 k) private view returns (CouponCut memory) {
        (bool known, bytes memory answer) = address(bond).staticcall(abi.encodeCall(bond.couponPerUnit, (k)));
        if (!known || k >= passed) return CouponCut(0, 0);
        (uint256 numerator, uint256 denominator) = abi.decode(answer, (uint256, uint256));
        uint256[] memory parts = new uint256[](CAST);
        for (uint256 i = 0; i < CAST; ++i) parts[i] = held[k][i] * numerator;
        return _cutOf(parts, denominator, bond.couponTotal(k));
    }

    function _offerCut(bytes32 id) private view returns (CouponCut memory) {
        IHolderOffers.Offer memory terms = offers.offerOf(id);
        if (terms.elected <= terms.maxUnits) return CouponCut(0, 0);
        uint256[] memory parts = new uint256[](terms.count);
        for (uint256 i = 0; i < terms.count; ++i) {
            (IHolderOffers.Election memory election, ) = offers.electionOf(id, i + 1);
            parts[i] = uint256(election.units) * terms.maxUnits;
        }
        return _cutOf(parts, terms.elected, terms.maxUnits);
    }

    /// @dev The latest offer, or any.
    function _idOf(uint256 o) private view returns (bytes32) {
        if (_ids.length == 0) return bytes32(0);
        return _ids[o % 4 != 0 ? _ids.length - 1 : (o / 4) % _ids.length];
    }
}
