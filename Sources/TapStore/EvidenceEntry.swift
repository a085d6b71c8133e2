public import Foundation

/// What is known of the evidence of one alert.
public struct EvidenceEntry: Hashable, Sendable {
    /// What became of it.
    public enum State: String, Sendable {
        /// Its frames are being gathered, or wait for it.
        case pending
        /// Its file was written.
        case written
        /// It could not be had.
        case failed
        /// Its file was deleted for want of room.
        case deleted
    }

    /// The name of the alert.
    public var alert: String
    /// The name of the file; alerts of one connection may share one.
    public var file: String
    /// The identity of the ring that the frames were in.
    public var ring: [UInt8]
    /// What was asked for, in a form that only the caller reads.
    public var request: Data
    /// What became of it.
    public var state: State
    /// Why it is not there, in words; nil if it is, or may come.
    public var reason: String?

    /// Creates an entry.
    public init(
        alert: String,
        file: String,
        ring: [UInt8],
        request: Data,
        state: State = .pending,
        reason: String? = nil
    ) {
        self.alert = alert
        self.file = file
        self.ring = ring
        self.request = request
        self.state = state
        self.reason = reason
    }
}
