import FuzzSupport
import TapFlow
import TapMail
import TapWire

/// Gives the inference records of any lengths, with holes: what it tells one by one is what it says of the whole session.
///
/// First an octet of circumstances and one of the server's family, then records: an octet that says whose it is and how
/// well its length is known, and two of length.
@main
struct InferenceFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        var input = FuzzInput(octets)
        var dialogue = InferredDialogue(after: clear(&input))
        var transactions: [InferredTransaction] = []
        var number: UInt64 = 0
        while !input.isEmpty {
            number += 1
            let moment = Moment(time: Timestamp(nanoseconds: Int64(number)), sequence: number)
            let kind = input.octet()
            // Short ones are what matters most.
            let length = Int(input.number(octets: kind & 16 == 0 ? 1 : 2))
            let isClient = kind & 1 == 0
            let range = OctetRange(length, length + (kind & 32 == 0 ? 0 : Int(kind >> 6) * 15))
            if kind & 14 == 14 {
                dialogue.lose(length == 0 ? nil : length, fromClient: isClient, at: moment)
            } else if isClient {
                dialogue.takeClient(range, at: moment)
            } else {
                dialogue.takeServer(range, at: moment)
            }
            transactions += dialogue.takeTransactions()
        }
        let session = dialogue.end()
        transactions += dialogue.takeTransactions()
        check(session, transactions)
    }

    private static func clear(_ input: inout FuzzInput) -> ClearFacts {
        let circumstances = input.octet()
        var clear = ClearFacts()
        clear.isImplicit = circumstances & 1 != 0
        clear.hasTickets = circumstances & 2 != 0
        clear.isSubmission = circumstances & 4 != 0
        clear.isPipelining = circumstances & 8 == 0 ? nil : circumstances & 16 != 0
        clear.isChunking = circumstances & 32 == 0 ? nil : circumstances & 64 != 0
        if circumstances & 128 != 0 {
            clear.hello = 21
            clear.clientName = 14
            clear.serverName = 16
            clear.helloReply = 120
        }
        let family = Int(input.octet())
        let families = ReplyFamily.allCases
        if families.indices.contains(family) { clear.family = families[family] }
        return clear
    }

    private static func check(_ session: InferredSession?, _ transactions: [InferredTransaction]) {
        var isSound = transactions.allSatisfy { (0...1).contains($0.confidence) }
        isSound = isSound && transactions.enumerated().allSatisfy { $1.number == $0 }
        if let session {
            isSound = isSound && (0...1).contains(session.confidence)
            isSound = isSound && session.transactions == transactions.count
            let accepted = transactions.count { $0.outcome == .accepted }
            isSound = isSound && session.accepted == accepted
        }
        guard !isSound else { return }
        // Unlike a precondition's, these words are told in a release build, too.
        fatalError(
            "the transactions do not make up the session:\n\(session as Any)\n\(transactions)"
        )
    }
}
