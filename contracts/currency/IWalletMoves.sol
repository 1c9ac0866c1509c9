// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IWalletMoves
/// @notice A customer changes its institution and keeps its account, with everything on it.
/// @dev The customer asks, the next institution accepts; the former one is not asked, so that nobody is kept by an
/// institution that is suspended, offboarded or unwilling. Balance, holds, allowances, authorizations and flags stay as
/// they are: the money was never the institution's. What the wallet's person has counted today and this year at the
/// former institution comes along, and stays there too, for other wallets of the person: moving sheds no limit. A
/// balance above the new class's cap stays; only inflow is refused.
///
/// Not protected: the next institution identifies the customer anew, under a commitment of its own; the chain does not
/// tell that both commitments are to one person. Whoever has the key can ask: a lost one is for {IWalletRecovery}.
interface IWalletMoves {
    /// @notice A customer wants to be another institution's; 0: no longer.
    event WalletMoveRequested(address indexed account, uint16 indexed sponsor, uint16 indexed institution);
    /// @notice A wallet is another institution's from now on. `evidence` is a hash of the identification on file there.
    event WalletMoved(
        address indexed account,
        uint16 indexed previous,
        uint16 indexed sponsor,
        uint8 walletClass,
        bytes32 identity,
        bytes32 evidence
    );

    /// @notice Not a customer's open wallet, one of this very institution, a sub-wallet or the parent of one, or frozen
    /// in whole: orders are addressed to the institution that it has.
    error WalletMoveBarred(address account);
    /// @notice The customer has not asked to be this institution's.
    error WalletMoveNotRequested(address account, uint16 institution);

    /// @notice Asks for the caller's wallet to become another institution's. Asking again replaces the request.
    /// @dev Only a customer with an open wallet. Reverts with {WalletMoveBarred}.
    /// @param institution Number in the registry; 0 withdraws the request.
    function requestWalletMove(uint16 institution) external;

    /// @notice Takes over a customer that has asked for it.
    /// @dev Only an account of the active operating institution that the customer named. Reverts with the registry's
    /// errors, {ICurrencyOffice-WalletClassInvalid}, {ICurrencyOffice-WalletIdentityMissing},
    /// {ICurrencyOffice-WalletEvidenceMissing}, {WalletMoveNotRequested}, {WalletMoveBarred}.
    /// @param identity Salted commitment to the customer's identification.
    /// @param evidence Hash of the identification that the class rests on.
    function acceptWallet(address account, uint8 walletClass, bytes32 identity, bytes32 evidence) external;

    /// @notice Institution that a wallet is to move to, 0 if none or if the wallet has been closed or moved since.
    function requestedMove(address account) external view returns (uint16);
}
