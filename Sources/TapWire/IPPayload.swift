/// What an IP packet carries.
public struct IPPayload: ~Escapable {
    /// The header of the packet.
    public let header: IPHeader
    /// What stood around the packet.
    public let encapsulation: Encapsulation
    /// The octets it carries, as many as were captured.
    public let bytes: Span<UInt8>
    /// How many octets it carried behind these that were not captured.
    public let missingByteCount: Int

    /// Looks at what a packet carries.
    @_lifetime(copy bytes)
    init(header: IPHeader, encapsulation: Encapsulation, bytes: Span<UInt8>, missingByteCount: Int)
    {
        self.header = header
        self.encapsulation = encapsulation
        self.bytes = bytes
        self.missingByteCount = missingByteCount
    }
}
