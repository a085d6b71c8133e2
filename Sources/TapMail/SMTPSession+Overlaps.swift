import TapFlow
import TapObserve

/// Segments that contradict each other.
extension SMTPSession {
    /// Two segments of `side` gave different octets for the same place.
    mutating func tell(_ conflict: OverlapConflict, from side: Side) {
        note(.overlapConflict)
        guard toldOverlaps < MailOverlap.maximumPerSession else { return }
        toldOverlaps &+= 1
        output.append(
            .overlap(
                MailOverlap(
                    conflict,
                    from: side,
                    client: summary.client,
                    dialect: .smtp,
                    isPlain: isPlain(conflict, from: side)
                )
            )
        )
    }

    /// True if the octets lie in commands or replies that were read, and none before them opened anything else.
    private func isPlain(_ conflict: OverlapConflict, from side: Side) -> Bool {
        guard !isBeyondCommands, !isMidstream, summary.gaps == 0, conflict.offset >= 0 else {
            return false
        }
        switch clientMode {
        case .start, .commands: break
        case .proxyHeader, .held, .message, .chunk, .doubtfulChunk, .loginAnswer, .tlsOrText, .tls,
            .opaque:
            return false
        }
        // The rest of a line is not known for what it is before the line has ended, nor what waits behind a hole.
        guard commandLines.pendingByteCount == 0 else { return false }
        let read = side == summary.client ? summary.clientOctets : summary.serverOctets
        return UInt64(conflict.offset) &+ UInt64(conflict.kept.count) <= read
    }
}
