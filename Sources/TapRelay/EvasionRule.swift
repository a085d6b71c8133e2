import TapFlow
import TapMail
import TapObserve
import TapWire

/// `tcp.evasion`: somebody wants the tap to see another dialogue than the server has.
///
/// Told when an end of a connection of mail sent two versions of the same octets (event `overlap_conflict`): receivers
/// differ in which they take. What is sent again as it was, whole or in other pieces, is no conflict.
///
/// Told too when a connection of mail was ended by a RST inside the window and yet went on: within a minute its ends both
/// went on speaking on the same ports without a new handshake. An end that had sent the RST would not; it was put in by
/// another. A connection of which only one end still speaks has really ended: the other end answers with silence.
///
/// Told last of a client that spoke before the greeting and sent small segments out of turn or overlapping each other:
/// neither a network nor offloads of a network card cut like that, nor does a hand at the keyboard.
struct EvasionRule: MailRule {
    static let description = RuleDescription(
        id: "tcp.evasion",
        signatureID: 9_100_028,
        summary: "conflicting overlaps and other tricks",
        thresholds: [
            RuleThreshold(
                name: "window",
                unit: .seconds,
                defaultValue: 60,
                range: 1...3_600,
                summary:
                    "How long after the RST the connection may go on; ports are used again later."
            ),
            RuleThreshold(
                name: "odd_segments",
                unit: .count,
                defaultValue: 4,
                range: 2...255,
                summary:
                    "So many small segments out of turn, or overlapping, of a client that spoke before the greeting."
            ),
        ]
    )
    static let kinds: CaseKinds = [.oddConnection, .overlap]

    /// How many octets of a version are told.
    private static let toldOctets = 160
    private let window: Duration
    private let oddSegments: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        window = .seconds(settings.value(of: "window"))
        oddSegments = Int(settings.value(of: "odd_segments"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        if let overlap = mail.event.overlap { signals.append(signal(of: overlap)) }
        if mail.context.flow.oddSegments >= oddSegments, mail.hasEarlyTalker {
            signals.append(signal(ofCutting: mail.context.flow.oddSegments))
        }
        guard let ending = mail.ending, ending.isHeardFromBothSides else { return }
        guard ending.isMidstream || ending.reason == .reset else { return }
        let flow = mail.context.flow
        let key = Self.key(flow)
        if ending.isMidstream, let reset = memory.resets[key] {
            let age = flow.opened.duration(since: reset)
            if age >= .zero, age <= window { signals.append(signal(at: reset, flow, mail)) }
        }
        guard ending.reason == .reset else { return }
        memory.resets.update(key, limit: limits.resets, default: mail.time) { $0 = mail.time }
    }

    /// The name of a connection, whoever opened it.
    private static func key(_ flow: Flow) -> UInt64 {
        func value(_ endpoint: Endpoint) -> UInt64 {
            var digest = Digest()
            digest.combine(endpoint.address)
            digest.combine(UInt64(endpoint.port))
            return digest.value
        }
        return value(flow.a) ^ value(flow.b)
    }

    private func signal(of overlap: MailOverlap) -> Signal {
        let isByClient = overlap.sender == overlap.client
        var signal = Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: overlap.hasOddHopLimit ? 0.95 : 0.85,
            basis: [],
            signature: ProtocolTexts.twoVersions,
            why: [ProtocolTexts.whyHiddenVersions],
            advice: [ProtocolTexts.adviceEvasion],
            values: [
                .subject: .text(isByClient ? ProtocolTexts.clientEnd : ProtocolTexts.serverEnd),
                .octets: .octets(UInt64(clamping: overlap.differingByteCount)),
            ],
            facts: [
                ("trick", .plain("overlap_conflict")),
                ("from", .plain(isByClient ? "client" : "server")),
                ("offset", .plain(String(overlap.offset))),
            ]
        )
        if let kept = overlap.kept, let dropped = overlap.dropped {
            signal.why = [ProtocolTexts.whyTwoVersions]
            signal.values[.what] = .wire(kept, limit: Self.toldOctets)
            signal.values[.reply] = .wire(dropped, limit: Self.toldOctets)
        }
        if overlap.hasOddHopLimit { signal.why.append(ProtocolTexts.oddHopLimit) }
        return signal
    }

    private func signal(ofCutting count: UInt8) -> Signal {
        Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: 0.8,
            basis: [],
            signature: ProtocolTexts.oddCutting,
            why: [ProtocolTexts.whyOddCutting],
            advice: [ProtocolTexts.adviceEvasion],
            values: [.count: .count(Int(count))],
            facts: [("trick", .plain("odd_segments")), ("odd_segments", .count(Int(count)))]
        )
    }

    private func signal(at reset: Timestamp, _ flow: Flow, _ mail: MailCase) -> Signal {
        Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: 0.85,
            basis: [],
            signature: ProtocolTexts.injectedReset,
            why: [ProtocolTexts.whyReset],
            advice: [ProtocolTexts.adviceEvasion],
            values: [
                .last: .time(reset),
                .since: .time(flow.opened),
            ],
            facts: [("trick", .plain("injected_reset"))]
        )
    }
}

extension MailEvent {
    /// Two versions of the same octets; nil for other events.
    fileprivate var overlap: MailOverlap? {
        switch self {
        case .smtp(.overlap(let overlap)), .pop3(.overlap(let overlap)),
            .imap(.overlap(let overlap)):
            overlap
        case .smtp, .pop3, .imap, .tap: nil
        }
    }
}

extension MailCase {
    /// How a connection ended and began; nil for other events.
    fileprivate var ending: (reason: CloseReason, isMidstream: Bool, isHeardFromBothSides: Bool)? {
        if let session {
            let isHeard = session.clientOctets > 0 && session.serverOctets > 0
            return (session.reason, session.isMidstream, isHeard)
        }
        return switch event {
        case .pop3(.session(let summary)):
            (
                summary.reason, summary.isMidstream,
                summary.clientOctets > 0 && summary.serverOctets > 0
            )
        case .imap(.session(let summary)):
            (
                summary.reason, summary.isMidstream,
                summary.clientOctets > 0 && summary.serverOctets > 0
            )
        case .smtp, .pop3, .imap, .tap: nil
        }
    }

    /// True if a session ended that was picked up in the middle, or reset, or whose segments came oddly.
    var isOddConnection: Bool {
        guard let ending else { return false }
        return ending.isMidstream || ending.reason == .reset || context.flow.oddSegments > 0
    }

    /// True if the client spoke before the greeting; false for events that are no end of a session.
    fileprivate var hasEarlyTalker: Bool {
        let anomalies: [String] =
            switch event {
            case .smtp(.session(let summary)): summary.value.anomalies
            case .pop3(.session(let summary)): summary.anomalies
            case .imap(.session(let summary)): summary.anomalies
            case .smtp, .pop3, .imap, .tap: []
            }
        return anomalies.contains("early_talker")
    }
}
