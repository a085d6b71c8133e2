import TapWire

/// What tells the fragments of one IP packet from those of another.
struct FragmentKey: Hashable, Sendable, BitwiseCopyable {
    private let source: IPAddress
    private let destination: IPAddress
    private let identification: UInt32
    private let carried: IPProtocol
    private let encapsulation: Encapsulation

    /// The key of the packet that `fragment` is part of.
    init(of fragment: borrowing IPFragment) {
        source = fragment.header.source
        destination = fragment.header.destination
        identification = fragment.place.identification
        // RFC 8200 leaves the protocol out, as only the first fragment tells it.
        carried = fragment.header.source.isIPv6 ? .none : fragment.header.payloadProtocol
        encapsulation = fragment.encapsulation
    }
}
