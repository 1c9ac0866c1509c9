// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {LogProof, ProvenLog} from "../../../contracts/interop/IForeignLedger.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";

/// @notice The cheat codes that two ledgers in one need; Hardhat and forge both have them.
interface LedgerVm {
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
    function getNonce(address account) external view returns (uint64);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function prank(address caller) external;
    function warp(uint256 timestamp) external;
    function chainId(uint256 id) external;
}

LedgerVm constant LEDGERS = LedgerVm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev Stands in for the light client: proves what the story has seen happen on the other ledger, and nothing else. That
/// real proofs prove no more is what the tests of the light client itself show.
contract ForeignLedgerStandIn {
    error NotProven(bytes32 blockHash);

    uint256 public immutable foreignChainId;
    mapping(bytes32 blockHash => ProvenLog) private _logs;

    constructor(uint256 foreignChainId_) {
        foreignChainId = foreignChainId_;
    }

    /// @dev An event with one indexed argument before the rest, under a name of its own.
    function tell(bytes32 name, address emitter, bytes32 topic, bytes32 id, bytes memory data) external {
        bytes32[] memory topics = new bytes32[](2);
        (topics[0], topics[1]) = (topic, id);
        _logs[name] = ProvenLog(emitter, topics, data, 1, 1);
    }

    /// @dev An event without arguments but the indexed ones.
    function tellAll(bytes32 name, address emitter, bytes32[] memory topics) external {
        _logs[name] = ProvenLog(emitter, topics, "", 1, 1);
    }

    function provenLog(LogProof calldata proof) external view returns (ProvenLog memory log) {
        log = _logs[proof.blockHash];
        require(log.emitter != address(0), NotProven(proof.blockHash));
    }
}

/// @dev Two ledgers in one EVM, told apart by the chain id in force: each has its central bank, its currency and two
/// banks with the same keys. This contract holds every office.
abstract contract BetweenLedgers {
    struct Ledger {
        uint256 chainId;
        address authority;
        IInstitutionRegistry registry;
        IDigitalCurrency money;
        ForeignLedgerStandIn foreign;
    }

    /// @dev How often acts were done and refused.
    struct Tally {
        uint256 done;
        uint256 refused;
    }

    error NotDeployed(string artifact);

    uint256 internal constant UNLIMITED = type(uint64).max;
    uint256 internal constant FUNDS = 1_000_000_000;
    uint256 internal constant BANKS = 2;
    uint8 internal constant INSTITUTION = 6;
    uint256 internal constant OPENING = 1_900_000_000;
    bytes32 internal constant BASIS = "order";

    Ledger[2] internal _ledgers;
    uint256 internal _clock = OPENING;
    mapping(string act => Tally) private _tallies;
    Tally private _total;

    constructor(string memory first, string memory second) {
        LEDGERS.warp(OPENING);
        _found(0, 86_001, first);
        _found(1, 85_201, second);
        _ledgers[0].foreign = new ForeignLedgerStandIn(_ledgers[1].chainId);
        _ledgers[1].foreign = new ForeignLedgerStandIn(_ledgers[0].chainId);
    }

    function tally(string calldata act) external view returns (Tally memory) {
        return _tallies[act];
    }

    function total() external view returns (Tally memory) {
        return _total;
    }

    // ------------------------------------------------------------ disturbances

    function freeze(uint256 seed) external {
        (Ledger storage ledger, address account) = _somebody(seed);
        ledger.money.freeze(account, BASIS);
        _note("freeze", true);
    }

    function unfreeze(uint256 seed) external {
        (Ledger storage ledger, address account) = _somebody(seed);
        ledger.money.unfreeze(account, BASIS);
        _note("unfreeze", true);
    }

    function halt(uint256 seed) external {
        _ledgers[seed % 2].money.haltAll();
        _note("halt", true);
    }

    function resume(uint256 seed) external {
        _ledgers[seed % 2].money.resumeAll();
        _note("resume", true);
    }

    /// @dev Leaves payees no room, or gives it back.
    function squeeze(uint256 seed) external {
        _setLimits(_ledgers[seed % 2].money, seed % 3 == 0 ? 0 : UNLIMITED);
        _note("squeeze", true);
    }

    function wait(uint256 seconds_) external {
        _clock += seconds_ % 8 hours;
        LEDGERS.warp(_clock);
        _note("wait", true);
    }

    // ---------------------------------------------------------------- building

    function _bank(uint256 which) internal pure returns (address) {
        return address(uint160(0xBA41 + which));
    }

    /// @dev Everything that is done on a ledger, by whoever it is.
    function _act(
        string memory name,
        uint256 side,
        address by,
        address to,
        bytes memory call
    ) internal returns (bool done) {
        LEDGERS.chainId(_ledgers[side].chainId);
        LEDGERS.prank(by);
        (done, ) = to.call(call);
        _note(name, done);
    }

    function _note(string memory name, bool done) internal {
        if (done) {
            ++_tallies[name].done;
            ++_total.done;
        } else {
            ++_tallies[name].refused;
            ++_total.refused;
        }
    }

    /// @dev Lifts whatever disturbs a ledger.
    function _calm(uint256 side) internal {
        Ledger storage ledger = _ledgers[side];
        ledger.money.resumeAll();
        _setLimits(ledger.money, UNLIMITED);
        for (uint256 which = 0; which < BANKS; ++which) ledger.money.unfreeze(_bank(which), BASIS);
    }

    /// @dev Creation code from the artifacts: what is tested is what is deployed, compiled as it is deployed.
    function _deploy(string memory artifact, bytes memory args) internal returns (address deployed) {
        bytes memory code = bytes.concat(LEDGERS.getCode(artifact), args);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), NotDeployed(artifact));
    }

    /// @dev Where the contract after the next `ahead` ones will stand.
    function _addressAhead(uint256 ahead) internal view returns (address) {
        return LEDGERS.computeCreateAddress(address(this), LEDGERS.getNonce(address(this)) + ahead);
    }

    function _somebody(uint256 seed) private view returns (Ledger storage ledger, address account) {
        return (_ledgers[seed % 2], _bank((seed / 2) % BANKS));
    }

    function _found(uint256 side, uint256 chainId, string memory currency) private {
        LEDGERS.chainId(chainId);
        Ledger storage here = _ledgers[side];
        here.chainId = chainId;
        here.authority = _deploy("AccessManager", abi.encode(address(this)));
        here.registry = IInstitutionRegistry(_deploy("InstitutionRegistry", abi.encode(here.authority)));
        address implementation = _deploy(currency, abi.encode(here.registry, here.authority));
        bytes memory initialize = abi.encodeCall(IDigitalCurrency.initialize, (here.authority));
        here.money = IDigitalCurrency(_deploy("ERC1967Proxy", abi.encode(implementation, initialize)));
        here.money.appoint(address(this), 4, BASIS);
        here.money.appoint(address(this), 8, BASIS);
        _setLimits(here.money, UNLIMITED);
        string[2] memory leis = ["TESTICBC000000000048", "TESTBOCN000000000003"];
        for (uint256 which = 0; which < BANKS; ++which) {
            uint16 number = uint16(which + 1);
            here.registry.register(
                number,
                bytes20(bytes(leis[which])),
                "TESTCNT0",
                "CN",
                IInstitutionRegistry.Tier.Operating,
                uint64(FUNDS),
                _bank(which),
                "name"
            );
            here.registry.setStatus(number, IInstitutionRegistry.Status.Active, "admitted");
            here.money.openInstitutionWallet(_bank(which));
        }
    }

    function _setLimits(IDigitalCurrency money, uint256 balance) private {
        money.setClassLimits(
            INSTITUTION,
            ClassLimits(uint64(balance), uint64(UNLIMITED), 2 ** 40 - 1, 2 ** 40 - 1, true)
        );
    }
}
