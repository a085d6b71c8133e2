import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire

extension Dialogue {
    /// A dialogue written line by line: `C:` the client (side `a`), `S:` the server.
    ///
    /// `C?` and `S?` are lines that the tap never sees; `C=` and `S=` are octets without a line end, in which `\r`,
    /// `\n`, `\0` and `\xNN` stand for themselves. Lines of one side in a row are one run.
    init(script: String, ending: Ending = .close(.a), hasHandshake: Bool = true) {
        self.init()
        self.ending = ending
        self.hasHandshake = hasHandshake
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.drop { $0 == " " }
            guard text.count >= 2 else { continue }
            let side: Side = text.hasPrefix("C") ? .a : .b
            let said = String(text.dropFirst(text.dropFirst(2).hasPrefix(" ") ? 3 : 2))
            switch text.dropFirst().first {
            case "?": lose(said + "\r\n", from: side)
            case "=": say(Self.unescaped(said), from: side)
            default: say(Array((said + "\r\n").utf8), from: side)
            }
        }
    }

    private static func unescaped(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "\\"), let code = rest.popFirst() else {
                octets.append(octet)
                continue
            }
            switch code {
            case UInt8(ascii: "r"): octets.append(0x0D)
            case UInt8(ascii: "n"): octets.append(0x0A)
            case UInt8(ascii: "0"): octets.append(0)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                rest = rest.dropFirst(2)
                octets.append(UInt8(digits, radix: 16) ?? 0)
            default: octets.append(code)
            }
        }
        return octets
    }
}

/// What the observer makes of a dialogue.
struct Observed {
    var transactions: [SMTPTransaction] = []
    var session: SMTPSessionSummary?
    var exchanges: [SMTPExchange] = []
    var inferred: [InferredTransaction] = []
    var odd: [SMTPAnomaly] = []
    var overlaps: [MailOverlap] = []
    var refusals: [SMTPRefusals] = []
    var events: [SMTPEvent] = []

    init(
        _ dialogue: Dialogue,
        settings: TCPConversation.Settings = .init(),
        configuration: SMTPObserver.Configuration = .init()
    ) {
        let pipeline = Pipeline(Analyzer(SMTPObserver(configuration: configuration)))
        for finding in pipeline.findings(of: dialogue.frames(.whole, settings: settings)) {
            guard case .event(let record) = finding, let event = record.event as? SMTPEvent else {
                continue
            }
            events.append(event)
            switch event {
            case .transaction(let transaction): transactions.append(transaction.value)
            case .session(let summary): session = summary.value
            case .exchange(let exchange): exchanges.append(exchange)
            case .inferred(let transaction): inferred.append(transaction.value)
            case .refusals(let refused): refusals.append(refused)
            case .anomaly(let anomaly): odd.append(anomaly)
            case .overlap(let overlap): overlaps.append(overlap)
            }
        }
    }

    init(_ script: String, configuration: SMTPObserver.Configuration = .init()) {
        self.init(Dialogue(script: script), configuration: configuration)
    }

    /// The anomalies of the session.
    var anomalies: [String] { session?.anomalies ?? [] }
}

extension SMTPTransaction {
    /// Recipients and codes side by side, as `a@example.net=250`.
    var summary: [String] {
        recipients.map {
            "\($0.address.dropFirst().dropLast())=\($0.code.map(String.init) ?? "nil")"
        }
    }
}
