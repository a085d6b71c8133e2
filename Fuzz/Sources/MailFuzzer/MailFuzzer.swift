import FuzzSupport
import TapFlow
import TapMail
import TapObserve
import TapWire

/// Tells every mail observer a dialogue that the input describes, in pieces and octet by octet: both must give the same.
///
/// First an octet of circumstances, then steps: an octet that says whose it is and what, one of length, and the octets.
@main
struct MailFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        var input = FuzzInput(octets)
        let circumstances = input.octet()
        var steps: [Step] = []
        while !input.isEmpty { steps.append(Step(&input)) }
        check(
            SMTPObserver(
                configuration: .init(
                    reportsExchanges: true,
                    maximumHeldByteCount: 200,
                    maximumRecipients: 3
                )
            ),
            port: circumstances & 2 == 0 ? 25 : 2_500,
            isMidstream: circumstances & 1 != 0,
            steps
        )
        check(
            POP3Observer(
                configuration: .init(
                    reportsExchanges: true,
                    maximumHeldByteCount: 200,
                    maximumLogins: 3
                )
            ),
            port: circumstances & 2 == 0 ? 110 : 1_100,
            isMidstream: circumstances & 1 != 0,
            steps
        )
        check(
            IMAPObserver(
                configuration: .init(
                    reportsExchanges: true,
                    maximumHeldByteCount: 200,
                    maximumLogins: 3
                )
            ),
            port: circumstances & 2 == 0 ? 143 : 1_430,
            isMidstream: circumstances & 1 != 0,
            steps
        )
    }

    private static func check<O: Observer>(
        _ observer: O,
        port: UInt16,
        isMidstream: Bool,
        _ steps: [Step]
    ) where O.Event: Equatable {
        let flow = Flow(
            id: FlowID(rawValue: 1),
            a: Endpoint(address: IPAddress(v4: 1), port: 1_024),
            b: Endpoint(address: IPAddress(v4: 2), port: port),
            opened: Timestamp(nanoseconds: 0),
            firstSequence: 0,
            isMidstream: isMidstream
        )
        let whole = events(of: observer, flow, steps, inPieces: false)
        let pieces = events(of: observer, flow, steps, inPieces: true)
        guard whole != pieces else { return }
        // Unlike a precondition's, these words are told in a release build, too.
        fatalError("in pieces it is another dialogue:\n\(whole)\n\(pieces)")
    }

    /// What the observer reports.
    private static func events<O: Observer>(
        of observer: O,
        _ flow: Flow,
        _ steps: [Step],
        inPieces: Bool
    ) -> [O.Event] {
        var session = observer.makeSession(for: flow)
        var events: [O.Event] = []
        var number: UInt64 = 0
        func give(_ event: borrowing StreamEvent) {
            let moment = Moment(time: Timestamp(nanoseconds: Int64(number)), sequence: number)
            _ = session.receive(event, of: flow, at: moment) { events.append($0) }
        }
        give(.opened)
        for step in steps {
            number += 1
            switch step {
            case .gap(let count, let side): give(.gap(byteCount: count, from: side))
            case .say(let octets, let side) where inPieces:
                let span = octets.span
                for index in span.indices {
                    give(.bytes(span.extracting(index..<index + 1), from: side))
                }
            case .say(let octets, let side): give(.bytes(octets.span, from: side))
            }
        }
        give(.closed(.finished))
        return events
    }
}

/// A step of a dialogue.
private enum Step {
    case say([UInt8], Side)
    case gap(byteCount: Int?, Side)

    init(_ input: inout FuzzInput) {
        let kind = input.octet()
        let side: Side = kind & 1 == 0 ? .a : .b
        guard kind & 14 != 14 else {
            self = .gap(byteCount: kind & 16 == 0 ? Int(input.octet()) + 1 : nil, side)
            return
        }
        var octets = input.octets(upTo: Int(input.octet()))
        if kind & 32 == 0 { octets += [0x0D, 0x0A] }
        self = .say(octets, side)
    }
}
