package import TapWire

/// Decides in user space how much of a frame the mirror is asked to hold, as programs do in the kernel.
package struct MirrorSieve {
    let keep: PlaneConfiguration.Keep
    let mailPorts: Set<UInt16>

    package init(_ configuration: PlaneConfiguration) {
        keep = configuration.keep
        mailPorts = Set(configuration.mailPorts)
    }

    /// How many octets of the frame are to be held; nil if it is not to be held at all.
    func heldByteCount(of frame: borrowing Frame) -> Int? {
        let count = frame.bytes.count
        switch keep {
        case .all: return count
        case .headers: return min(count, PlaneConfiguration.headerByteCount)
        case .mail: return isMail(frame) ? count : nil
        case .filter(let filter):
            let length = frame.metadata.wireLength
            return filter.matches(frame.bytes, wireLength: length) ? count : nil
        }
    }

    /// Whether a frame belongs to mail; a fragment may, whatever it is a fragment of.
    package func isMail(_ frame: borrowing Frame) -> Bool {
        do throws(DecodeError) {
            switch try Packet(decoding: frame) {
            case .segment(let segment):
                return mailPorts.contains(segment.source.port)
                    || mailPorts.contains(segment.destination.port)
            case .fragment: return true
            case .datagram, .otherTransport, .otherNetwork: return false
            }
        } catch {
            return false
        }
    }
}
