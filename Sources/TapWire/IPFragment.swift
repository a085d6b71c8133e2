/// A fragment of an IP packet.
public struct IPFragment: ~Escapable {
    /// The header of the fragment.
    public let header: IPHeader
    /// Where it stands in its packet.
    public let place: FragmentPlace
    /// What stood around the packet.
    public let encapsulation: Encapsulation
    /// The octets it carries, as many as were captured.
    public let payload: Span<UInt8>
    /// How many octets it carried behind these that were not captured.
    public let missingByteCount: Int

    /// Looks at a fragment.
    @_lifetime(copy payload)
    init(
        header: IPHeader,
        place: FragmentPlace,
        encapsulation: Encapsulation,
        payload: Span<UInt8>,
        missingByteCount: Int
    ) {
        self.header = header
        self.place = place
        self.encapsulation = encapsulation
        self.payload = payload
        self.missingByteCount = missingByteCount
    }
}
