// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {ITradeMatching, TradeClaim, TradeState, TradeStatus} from "../../contracts/markets/ITradeMatching.sol";
import {Telling} from "./handlers/Telling.sol";
import {TradeActs} from "./handlers/TradeActs.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {IUnits} from "./support/IUnits.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract TradeStory is TradeActs {}

/// @dev What docs/invariants.md says of trades, after every act of a story.
contract TradeInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);
    error Differs(uint256 t, TradeState onChain, TradeState expected);
    error Undone(uint256 t, bytes4 by);

    uint256 private constant OWNERS = 3;
    address private constant NOBODY = address(0xBAD);
    /// @dev Trades that are looked at, the last ones made; balances are of all.
    uint256 private constant RECENT = 5;

    TradeStory private _story;
    ITradeMatching private _matching;
    IDigitalCurrency private _money;
    IUnits private _bond;

    function setUp() external {
        _story = new TradeStory();
        _told = _story;
        (_matching, _money, _bond) = (_story.matching(), _story.money(), _story.bond());
    }

    function invariant_DVP01_DVP02_DVP07_whatMovedAndWhatIsHeldIsWhatTradesSay() external view {
        uint256 count = _story.count();
        for (uint256 t = _from(count); t < count; ++t) {
            TradeActs.Kept memory kept = _story.keptAt(t);
            TradeState memory state = _matching.tradeOf(kept.id);
            state.reason = 0;
            require(keccak256(abi.encode(state)) == keccak256(abi.encode(kept.state)), Differs(t, state, kept.state));
            (uint256 held, ) = _money.holdState(_money.holdId(_matching.guaranteeHoldOf(kept.delivery)));
            _same("held", t, kept.delivery.deliverer, held, kept.held);
            bool open = state.status == TradeStatus.Matched || state.status == TradeStatus.Failing;
            _same("cover", t, kept.delivery.deliverer, held, open ? kept.delivery.guarantee : 0);
            TradeClaim memory claim = _matching.claimOf(kept.id);
            _same("claim", t, kept.delivery.deliverer, claim.amount, kept.owed);
            if (kept.owed != 0) require(claim.owedByDeliverer == kept.owedByGiver, Undone(t, "debt"));
        }
        for (uint256 i = 0; i < OWNERS; ++i) {
            address person = _story.person(i);
            _same("units", i, person, _bond.balanceOf(person), _story.units(i));
            _same("money", i, person, _money.spendableOf(person), _story.free(i));
        }
        address contract_ = address(_matching);
        _same("owned", 0, contract_, _money.balanceOf(contract_) + _bond.balanceOf(contract_), 0);
    }

    /// @dev Tried: every step of a trade that has ended; ending each open one, by a stranger, whoever is frozen or gone.
    function invariant_DVP03_DVP04_DVP05_DVP08_everyTradeEndsByAnyonesCallAndStaysEnded() external {
        uint256 time = _story.clock();
        uint256 count = _story.count();
        for (uint256 t = _from(count); t < count; ++t) {
            TradeActs.Kept memory kept = _story.keptAt(t);
            VM.warp(time);
            _refused(t, kept.delivery.deliverer, abi.encodeCall(_matching.enter, (kept.delivery, "")));
            _refused(t, NOBODY, abi.encodeCall(_matching.matchTrade, (kept.delivery, kept.receipt)));
            if (kept.state.status == TradeStatus.Matched || kept.state.status == TradeStatus.Failing) {
                VM.warp((uint256(kept.delivery.settlementDay) + 7) * 1 days);
                VM.prank(NOBODY);
                _matching.lapse(kept.delivery, kept.receipt);
            }
            (uint256 held, ) = _money.holdState(_money.holdId(_matching.guaranteeHoldOf(kept.delivery)));
            _same("still held", t, kept.delivery.deliverer, held, 0);
            _refused(t, NOBODY, abi.encodeCall(_matching.settle, (kept.delivery, kept.receipt)));
            _refused(t, NOBODY, abi.encodeCall(_matching.lapse, (kept.delivery, kept.receipt)));
            bytes memory cancel = abi.encodeCall(_matching.agreeCancel, (kept.delivery, kept.receipt, true));
            _refused(t, kept.delivery.deliverer, cancel);
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[16] memory acts = [
            TradeActs.instruct.selector,
            TradeActs.settle.selector,
            TradeActs.settle.selector,
            TradeActs.settlePart.selector,
            TradeActs.settlePart.selector,
            TradeActs.hold.selector,
            TradeActs.agreeCancel.selector,
            TradeActs.lapse.selector,
            TradeActs.buyIn.selector,
            TradeActs.buyIn.selector,
            TradeActs.payClaim.selector,
            TradeActs.payClaim.selector,
            TradeActs.shift.selector,
            TradeActs.shift.selector,
            TradeActs.freeze.selector,
            TradeActs.pass.selector
        ];
        for (uint256 i = 0; i < 1_600; ++i) _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        string[8] memory tried = ["match", "settle", "settlePart", "hold", "agreeCancel", "lapse", "buyIn", "payClaim"];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.invariant_DVP01_DVP02_DVP07_whatMovedAndWhatIsHeldIsWhatTradesSay();
        this.invariant_DVP03_DVP04_DVP05_DVP08_everyTradeEndsByAnyonesCallAndStaysEnded();
    }

    function _refused(uint256 t, address by, bytes memory data) private {
        VM.prank(by);
        (bool done, ) = address(_matching).call(data);
        require(!done, Undone(t, bytes4(data)));
    }

    function _from(uint256 count) private pure returns (uint256) {
        return count > RECENT ? count - RECENT : 0;
    }
}
