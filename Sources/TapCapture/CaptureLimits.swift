/// What a capture file may make the reader hold in memory, whatever its octets say.
public enum CaptureLimits {
    /// The longest record or block that is read; a longer one is damage.
    ///
    /// Blocks of unknown kinds are skipped without being held and may have any length.
    public static let maximumBlockByteCount = 16 * 1024 * 1024
    /// How many interfaces a section of a pcapng file may describe.
    public static let maximumInterfaceCount = 4_096
    /// Octets kept of a name, a description or another short text; the rest is cut off.
    public static let maximumTextByteCount = 1_024
}
