import TapFlow
public import TapObserve
import TapRelay
public import TapStore
public import TapWire

/// What nobody wants to hear of at the moment: it is recorded as always, but sent to no collector of syslog.
public struct MuteList: Hashable, Sendable {
    private var mutes: [Note] = []

    /// The mutes among `notes`.
    public init(_ notes: [Note] = []) { mutes = notes.filter { $0.kind == .muted } }

    /// True if the alert, or its incident, is muted at its time.
    ///
    /// An alert that was muted stands for all of its rule about the same host.
    public func covers(_ alert: Alert) -> Bool {
        mutes.contains { note in
            guard note.isMute(at: alert.context.moment.time) else { return false }
            if note.id == alert.id || note.id == alert.incident { return true }
            return note.rule == alert.rule.id && note.server == alert.server
        }
    }

    /// True if the incident is muted at `time`.
    public func covers(incident id: String, at time: Timestamp) -> Bool {
        mutes.contains { $0.id == id && $0.isMute(at: time) }
    }
}
