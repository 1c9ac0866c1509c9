/** What is measured, and what exactly each figure is. The names are those of `reports/gas.json`. */
export const OPERATIONS = {
  "transfer.retail": "`transfer` between two personal wallets whose class limits balance, payment, day and year",
  "transfer.retail.direct": "the same on the implementation itself, without the proxy",
  "transfer.newHolder": "the same to a wallet that was opened and never had money",
  transferWithAuthorization: "ERC-3009 payment, carried by a third party, random nonce",
  "transferWithAuthorization.ordered": "the same with the payer's next sequential nonce",
  issue: "issue of requested money under quota, rate limit and signed attestation of the reserves",
  freeze: "lawful freeze of a wallet, with its legal basis",
  "hold.place": "hold placed by its payer, counted against the payer's limits",
  "hold.capture": "the whole hold captured by its executor",
  "settle.dvp": "money against bond units: two signatures checked, two legs moved, recorded for ever, one transaction",
  "settleNet.perPayment": "100 signed payments among 10 banks settled net in one transaction, a payment",
  "purpose.redeem":
    "30 off 100: a purchase paid by a voucher and by its beneficiary, with both signatures carried by the merchant; terms, merchant, price, day and person checked",
  "market.match":
    "two sides' signed instructions entered and matched by somebody else, fifteen fields compared; three transactions",
  "market.settle": "a matched trade delivered and paid through the engine, recorded for ever",
  "market.part": "a part of a trade that has failed the same day delivered and paid, the rest kept",
  "qr.perPayment":
    "QR payments among 10 institutions, 20,000 of a window: commitment and settlement with ten signatures, a payment; entries and proofs are not on chain",
  "qr.perPayment.1000": "the same, 1,000 of a window",
  "qr.perPayment.10": "the same, 10 of a window",
  "offline.perVoucher":
    "vouchers of ten hardware wallets, 100 redeemed in one transaction, a voucher: two P-256 signatures checked by the precompile, a hold captured; signatures are random, so the figure is rounded up to 500",
  "offline.perVoucher.10": "the same, 10 in one transaction",
  "pvp.quote":
    "exchange of two currencies at a signed quote on the shared ledger: quote, band and both corridors checked, both legs moved, recorded for ever",
  "net.queue": "a payment queued for a net cycle of the shared ledger, with both banks' verdicts checked",
  "net.cycle.perPayment":
    "100 payments among ten banks at home and abroad, the full queue, verified and settled net in one cycle, a payment",
  "payout.perPayee": "one payer to 100 wallets in one transaction, a payee",
  "payout.perPayee.1000": "one payer to 1,000 wallets in one transaction, a payee",
  "wages.perWorker":
    "a payroll of 1,000 enrolled workers, opened and paid in pages of 200 out of a project's money, a worker: identity, place, month and wallet class checked",
  "wages.page": "the dearest of those pages: 200 workers in one transaction",
  "interest.perWallet":
    "a quarter's interest of a bank with 10,000 wallets, 100 of them proved and paid in one transaction, a wallet",
  "coupon.perHolder":
    "coupon of 10,000 holders: opened, every share proved, everybody paid; all transactions, a holder",
  "coupon.page.worst":
    "200 holders of a floating bond's coupon in one transaction, the dearest of three pages: paid in the currency they chose into wallets that never had money, left with claims because they have no wallet in it, or paid in the bond's while others chose",
  "offer.accept.perHolder":
    "a tender of more than is taken, 200 holders: each one's signed election carried, measured, paid and delivered, the rest of its units freed; all transactions, a holder",
  "offer.settle.page": "the same: the page that pays and delivers, the largest there is, as one transaction",
  "auction.place":
    "an auction of 500 bids: a sealed bid placed with its guarantee, both by the bidder's signature, a bid",
  "auction.reveal": "the same auction: a bid shown by its bidder's signature, a bid",
  "auction.rank": "the same auction: the allocation proposed and proved in one page of 500, a bid",
  "auction.rank.page": "the same: that page, the largest there is, as one transaction",
  "auction.settle":
    "the same auction: a winning bid settled delivery versus payment, its guarantee freed, in pages of 60, a bid",
  "auction.settle.page": "the same: the largest page, as one transaction",
  "book.place": "a book of 60 orders: an order placed by its investor's signature, an order",
  "book.allot": "the same book: orders allotted by the lead in one page, an order",
  "book.settle": "the same book: an order settled delivery versus payment, in one page of 60, an order",
  "book.settle.page": "the same: that page, the largest there is, as one transaction",
  "deposit.transfer":
    "a customer of one bank pays one of another with its deposits: signed order carried, burnt, central bank money moved by the engine, minted",
  "fund.place": "a subscription of a fund placed, its money held in place",
  "fund.dealt.perOrder":
    "the largest page of a fund, subscriptions of 64 investors, dealt, each paid from bank to bank against new units, an order",
  "fund.dealt.page": "the same: that page, as one transaction",
  "receivable.register": "a declaration submitted by its exporter's bank, the exporter's consent checked",
  "receivable.verify": "the attestor's signed verdict recorded, the whole face becoming the exporter's claim",
  "receivable.finance":
    "finance on a part of it: the exporter's signed application, approval with reservation and pledge, disbursement through the engine; three transactions",
  "receivable.repay":
    "the debtor's payment matched: fee, interest and principal to the bank, the rest to the exporter, two instructions of the engine",
  "repo.open":
    "a repo opened with both parties' signatures: bonds to the buyer, cash to the seller, covered by a fixing of the day",
  "repo.mark": "the same repo marked to the day's fixing",
  "repo.close": "the same repo closed the next day: bonds back against price and interest",
  "collateral.perPosition":
    "a pledge opened with sixteen positions, each a hold in place, eligible and together enough, a position",
  "collateral.open.16": "the same: that pledge, the largest there is, as one transaction",
  "collateral.discharge.16": "the same pledge paid in full: sixteen positions freed",
  "relocation.pay": "a page of 100 households of a relocation project paid out of its fund, a household",
  "relocation.pay.page": "the same: that page, the largest there is, as one transaction",
  "rental.rent": "a period's rent of a lease, by the settlement engine, the contract being the tenant's agent",
  "rental.deposit": "a deposit of which the tenant accepts a deduction: the landlord paid, the rest freed",
  "message.accept":
    "message of 160 bytes from another ledger, its inclusion proved and given to a recipient that does nothing; three of four validators signed the block's header, which ten messages share",
} as const;

/** Name of an operation. */
export type Operation = keyof typeof OPERATIONS;

/** Gas by operation, for the operations that a contract has. */
export type Figures = Readonly<Partial<Record<Operation, number>>>;

/** The operations, in order. */
export const OPERATION_NAMES = Object.keys(OPERATIONS) as Operation[];

/** The peers, and what must be known to read their figures. */
export const PEERS = {
  openzeppelin:
    "OpenZeppelin Contracts 5.7 ERC-20 (with ERC-3009, an owner who mints, a pay-out loop), no proxy: no limits, no freeze, no halt. `settle.dvp` is two `transferFrom` that an operator orders alone: nobody signs and nothing is recorded. `settleNet.perPayment` is a signed payment each, there being no netting.",
  solady: "solady 0.1 ERC-20 (an owner who mints, a pay-out loop), no proxy: no limits, no freeze, no halt.",
  "t-rex":
    "T-REX 4.1 token from its published artifacts. A lower bound: no proxies, no claim topic to verify, no compliance module, one identity for all. `settle.dvp` is its DVD manager, two transactions (initiate and take), nobody signs.",
} as const;

/** Name of a peer. */
export type Peer = keyof typeof PEERS;
