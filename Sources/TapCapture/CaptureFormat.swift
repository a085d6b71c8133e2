/// The two families of capture files.
public enum CaptureFormat: String, Hashable, Sendable, CaseIterable {
    /// One link type, no names, no drop counts; every tool reads it.
    case pcap
    /// Interfaces with names, nanoseconds, directions, drop counts, comments.
    case pcapng
}
