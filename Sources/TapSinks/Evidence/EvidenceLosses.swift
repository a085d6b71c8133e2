public import TapWire

/// What a file of evidence may lack, and why.
public struct EvidenceLosses: Hashable, Sendable {
    /// From when on frames were asked for.
    public var wanted: Timestamp?
    /// The time of the oldest frame that the ring held then, if that was later.
    public var ringBegan: Timestamp?
    /// Frames of the ring, of any connection, that were overwritten before they were read for this file.
    public var overwritten: UInt64 = 0
    /// Frames of the connection, at least, that were left out because the file, or all files, had become too large.
    public var leftOut: UInt64 = 0
    /// Why the file ends earlier than was asked for, in words.
    public var cutShort: String?
    /// Frames that never reached the ring since the hub was started, by any cause, one number a port.
    public var unmirrored: [UInt64] = []

    /// Nothing is missing.
    public init() {}

    /// The same in words.
    var lines: [String] {
        var lines: [String] = []
        if let ringBegan {
            lines.append(
                "The ring's oldest frame then was of \(ringBegan.rfc3339): what was before it is not here."
            )
        }
        if overwritten > 0 {
            lines.append(
                "\(overwritten) frames of the ring, of any connection, were overwritten before they could be read."
            )
        }
        if leftOut > 0 {
            lines.append(
                "At least \(leftOut) frames of the connection were left out: there was no more room for evidence."
            )
        }
        if let cutShort { lines.append("It ends early: \(cutShort).") }
        if lines.isEmpty { lines.append("No frame was lost between the ring and this file.") }
        let lost = unmirrored.reduce(0, &+)
        if lost > 0 {
            lines.append(
                "\(lost) frames, of any connection, never reached the ring since the hub was started."
            )
        }
        return lines
    }
}
