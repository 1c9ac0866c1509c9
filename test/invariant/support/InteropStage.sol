// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {ForeignLedger} from "../../../contracts/interop/ForeignLedger.sol";
import {LogProof} from "../../../contracts/interop/IForeignLedger.sol";
import {IMessageGateway, Message, MessageKind} from "../../../contracts/interop/IMessageGateway.sol";
import {IMessageSender} from "../../../contracts/interop/IMessageSender.sol";
import {MessageGateway} from "../../../contracts/interop/MessageGateway.sol";
import {VM} from "./Vm.sol";

/// @dev Sends, receives and counts; refuses what begins with an odd byte.
contract InteropParty is IERC7786Recipient, IMessageSender {
    mapping(bytes32 id => uint256) public executed;
    mapping(bytes32 id => uint256) public heard;
    mapping(bytes32 id => MessageKind) public heardKind;

    error Refused();

    function send(
        IMessageGateway gateway,
        bytes calldata to,
        bytes calldata payload,
        bytes[] calldata attributes
    ) external returns (bytes32) {
        return gateway.sendMessage(to, payload, attributes);
    }

    function receiveMessage(bytes32 id, bytes calldata, bytes calldata payload) external payable returns (bytes4) {
        ++executed[id];
        require(uint8(payload[0]) % 2 == 0, Refused());
        return IERC7786Recipient.receiveMessage.selector;
    }

    function onReceipt(bytes32 id, MessageKind kind) external {
        ++heard[id];
        heardKind[id] = kind;
    }
}

/// @dev The authority of both ledgers: whoever made it may do what is restricted.
contract InteropAuthority {
    address private immutable OFFICER = msg.sender;

    function canCall(address caller, address, bytes4) external view returns (bool, uint32) {
        return (caller == OFFICER, 0);
    }
}

/// @dev Two ledgers in one machine, told apart by their chain ids, and beside them what must become of every act by
/// rules written a second time. Blocks are made here: one receipt each, so that the root is the leaf.
abstract contract InteropStage {
    struct Place {
        uint64 chainId;
        MessageGateway gateway;
        ForeignLedger known;
        InteropParty party;
        bool halted;
        uint64 received;
        // what is known here of the other one
        bool closed;
        uint64 distrusted;
        uint64 height;
    }

    struct Epoch {
        // of the pool
        uint256 first;
        uint256 count;
        uint256 quorum;
        uint256 goodUntil;
    }

    struct Block {
        bytes rlp;
        bytes32 hash;
        bytes leaf;
        uint64 number;
        // newest epoch that signed it for the other ledger
        uint64 signedBy;
    }

    struct Story {
        Message message;
        bytes32 id;
        uint256 sentIn;
        // kind of the result, 0: none
        uint8 result;
        uint256 receiptIn;
        bool closed;
    }

    struct Tally {
        uint256 done;
        uint256 refused;
    }

    error Diverged(string act, bool byTheBook, bytes reason);

    uint256 private constant KEYS = 0x1E7;
    uint256 private constant POOL = 70;
    uint256 private constant OPENING = 1_797_897_600;
    bytes32 private constant HEADER_TYPEHASH = keccak256("Header(uint256 chainId,uint256 epoch,bytes32 blockHash)");
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    Place[2] internal _places;
    Epoch[][2] internal _epochs;
    Block[][2] internal _blocks;
    Story[][2] internal _stories;
    mapping(string act => Tally) internal _tallies;
    Tally internal _total;
    uint256 internal _clock = OPENING;
    uint256[POOL] private _keys;
    address[POOL] private _validators;
    uint256 private _epochsMade;

    /// @dev Every call comes at the story's own time.
    modifier now_() {
        VM.warp(_clock);
        _;
    }

    constructor() {
        VM.warp(_clock);
        _fillPool();
        address authority = address(new InteropAuthority());
        uint64[2] memory ids = [uint64(86_001), uint64(85_201)];
        for (uint256 s = 0; s < 2; ++s) {
            VM.chainId(ids[s]);
            _epochs[s].push(Epoch(0, 0, 0, 0));
            _epochs[s].push(_newEpoch(4, 3));
            Place storage place = _places[s];
            place.chainId = ids[s];
            place.known = new ForeignLedger(ids[1 - s], authority, _addresses(_epochs[s][1]), 3);
            place.gateway = new MessageGateway(authority);
            place.party = new InteropParty();
        }
        for (uint256 s = 0; s < 2; ++s) {
            VM.chainId(ids[s]);
            _places[s].gateway.registerLane(ids[1 - s], address(_places[1 - s].gateway), _places[s].known);
        }
    }

    // ------------------------------------------------------------------- facts

    function tally(string calldata act) external view returns (Tally memory) {
        return _tallies[act];
    }

    function total() external view returns (Tally memory) {
        return _total;
    }

    function placeOf(uint256 s) external view returns (Place memory) {
        return _places[s];
    }

    function epochsOf(uint256 s) external view returns (Epoch[] memory) {
        return _epochs[s];
    }

    function epochCount(uint256 s) external view returns (uint256) {
        return _epochs[s].length - 1;
    }

    function addressesOf(uint256 s, uint256 epoch) external view returns (address[] memory) {
        return _addresses(_epochs[s][epoch]);
    }

    function storyCount(uint256 s) external view returns (uint256) {
        return _stories[s].length;
    }

    function storyOf(uint256 s, uint256 m) external view returns (Story memory) {
        return _stories[s][m];
    }

    function blockCount(uint256 s) external view returns (uint256) {
        return _blocks[s].length;
    }

    function minedBlock(uint256 s, uint256 b) external view returns (Block memory) {
        return _blocks[s][b];
    }

    // --------------------------------------------------------------- internals

    /// @dev Does it at a ledger and insists on what the book said.
    function _do(
        string memory act,
        uint256 s,
        address target,
        bytes memory data,
        bool expected
    ) internal returns (bool) {
        VM.chainId(_places[s].chainId);
        (bool done, bytes memory reason) = target.call(data);
        require(done == expected, Diverged(act, expected, reason));
        if (done) ++_tallies[act].done;
        else ++_tallies[act].refused;
        if (done) ++_total.done;
        else ++_total.refused;
        return done;
    }

    function _carry(uint256 s, uint256 b, uint256 epoch, bytes[] memory signatures, bool signed) internal {
        uint256 d = 1 - s;
        Place storage there = _places[d];
        Block storage carried = _blocks[s][b];
        bool expected = signed && !there.closed && epoch > there.distrusted && epoch < _epochs[d].length;
        expected = expected && epoch + 2 >= _epochs[d].length;
        if (expected) {
            uint256 goodUntil = _epochs[d][epoch].goodUntil;
            expected = goodUntil == 0 || _clock <= goodUntil;
        }
        bytes memory call = abi.encodeCall(ForeignLedger.acceptHeader, (carried.rlp, epoch, signatures));
        if (!_do("carryHeader", d, address(there.known), call, expected)) return;
        if (epoch > carried.signedBy) carried.signedBy = uint64(epoch);
    }

    /// @dev Makes a block known to the other ledger, if it can be.
    function _carryRightly(uint256 s, uint256 b) internal {
        if (_isProvable(s, b) || _places[1 - s].closed) return;
        uint256 epoch = _epochs[1 - s].length - 1;
        (bytes[] memory signatures, ) = _votes(1 - s, epoch, _blocks[s][b].hash, 0);
        _carry(s, b, epoch, signatures, true);
    }

    /// @dev A block of a ledger with one receipt that has one log of its gateway.
    function _mine(uint256 s, bytes32[4] memory topics, bytes memory data) internal returns (uint256 b) {
        bytes[] memory list = new bytes[](4);
        for (uint256 i = 0; i < 4; ++i) list[i] = RLP.encode(topics[i]);
        bytes[] memory log = new bytes[](3);
        (log[0], log[1], log[2]) = (RLP.encode(address(_places[s].gateway)), RLP.encode(list), RLP.encode(data));
        bytes[] memory logs = new bytes[](1);
        logs[0] = RLP.encode(log);
        bytes[] memory receipt = new bytes[](4);
        (receipt[0], receipt[1]) = (RLP.encode(uint256(1)), RLP.encode(uint256(21_000)));
        (receipt[2], receipt[3]) = (RLP.encode(new bytes(256)), RLP.encode(logs));
        bytes[] memory leaf = new bytes[](2);
        // the path of transaction 0 to a leaf
        (leaf[0], leaf[1]) = (RLP.encode(bytes(hex"2080")), RLP.encode(bytes.concat(hex"02", RLP.encode(receipt))));
        Block memory mined;
        mined.leaf = RLP.encode(leaf);
        mined.number = ++_places[s].height;
        mined.rlp = _header(keccak256(mined.leaf), mined.number, uint64(_clock));
        mined.hash = keccak256(mined.rlp);
        _blocks[s].push(mined);
        return _blocks[s].length - 1;
    }

    function _header(bytes32 root, uint64 number, uint64 timestamp) internal pure returns (bytes memory) {
        bytes[] memory fields = new bytes[](16);
        bytes memory none = RLP.encode(new bytes(0));
        for (uint256 i = 0; i < 16; ++i) fields[i] = none;
        (fields[5], fields[8], fields[11]) = (RLP.encode(root), RLP.encode(number), RLP.encode(timestamp));
        return RLP.encode(fields);
    }

    /// @dev The proof of a block's log; from manner 2 to 5 an unsound one.
    function _proof(uint256 s, uint256 b, uint256 manner) internal view returns (LogProof memory proof, bool sound) {
        Block storage mined = _blocks[s][b];
        uint256 count =
            manner == 2
                ? 2
                : manner == 3
                    ? 0
                    : 1;
        proof = LogProof(mined.hash, 0, manner == 4 ? 1 : 0, new bytes[](count));
        for (uint256 i = 0; i < count; ++i) proof.nodes[i] = mined.leaf;
        if (manner == 5) proof.nodes[0] = bytes.concat(mined.leaf, hex"00");
        return (proof, manner < 2 || manner > 5);
    }

    /// @dev Signatures of an epoch's validators; from manner 1 to 5 not a quorum of distinct ones.
    function _votes(
        uint256 d,
        uint256 epoch,
        bytes32 blockHash,
        uint256 manner
    ) internal view returns (bytes[] memory signatures, bool signed) {
        // an epoch that does not exist, or 0, is signed for by those of the last one
        Epoch storage entry = _epochs[d][epoch == 0 || epoch >= _epochs[d].length ? _epochs[d].length - 1 : epoch];
        uint256[] memory keys = new uint256[](entry.count);
        for (uint256 i = 0; i < entry.count; ++i) keys[i] = _keys[entry.first + i];
        uint256 count =
            manner == 1
                ? entry.quorum - 1
                : manner == 2
                    ? 0
                    : entry.quorum;
        if (manner == 6) count = entry.count;
        if (manner == 3) keys[0] = keys[1];
        if (manner == 4) (keys[0], keys[1]) = (keys[1], keys[0]);
        if (manner == 5) keys[count - 1] = KEYS - 1;
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256("ForeignLedger"),
                keccak256("1"),
                _places[d].chainId,
                address(_places[d].known)
            )
        );
        bytes32 vote = keccak256(abi.encode(HEADER_TYPEHASH, _places[1 - d].chainId, epoch, blockHash));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, vote));
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            (uint8 v, bytes32 r, bytes32 t) = VM.sign(keys[i], digest);
            signatures[i] = abi.encodePacked(r, t, v);
        }
        return (signatures, (manner == 0 || manner > 5) && epoch != 0);
    }

    /// @dev Mostly one that the other ledger does not know yet.
    function _blockToCarry(uint256 s, uint256 which) internal view returns (uint256 b) {
        uint256 count = _blocks[s].length;
        b = which % count;
        for (uint256 i = 0; i < count && _isProvable(s, b); ++i) b = (b + 1) % count;
    }

    function _isProvable(uint256 s, uint256 b) internal view returns (bool) {
        Place storage there = _places[1 - s];
        return !there.closed && _blocks[s][b].signedBy > there.distrusted;
    }

    function _isOpen(uint256 s, uint256 m) internal view returns (bool) {
        return _stories[s][m].result != 0 && !_stories[s][m].closed;
    }

    /// @dev Validators that follow each other in the pool; epochs may share some.
    function _newEpoch(uint256 count, uint256 quorum) internal returns (Epoch memory) {
        _epochsMade += 5;
        return Epoch(count < POOL ? _epochsMade % (POOL - count) : 0, count, quorum, 0);
    }

    function _addresses(Epoch memory entry) internal view returns (address[] memory list) {
        list = new address[](entry.count);
        for (uint256 i = 0; i < entry.count; ++i) list[i] = _validators[entry.first + i];
    }

    /// @dev Keys by rising address.
    function _fillPool() private {
        for (uint256 i = 0; i < POOL; ++i) {
            (uint256 key, address validator) = (KEYS + i, VM.addr(KEYS + i));
            uint256 place = i;
            for (; place > 0 && _validators[place - 1] > validator; --place) {
                (_keys[place], _validators[place]) = (_keys[place - 1], _validators[place - 1]);
            }
            (_keys[place], _validators[place]) = (key, validator);
        }
    }
}
