/// What a capture file may make the reader, and frames the writer, hold in memory, whatever their octets say.
public enum CaptureLimits {
    /// How many pairs of address and name a pcapng writer remembers to have told, before it forgets them all.
    public static let maximumKnownNameCount = 65_536
    /// Octets of a name resolution block that is written; of the response that it comes from the rest is left out.
    public static let maximumNameBlockByteCount = 4_096
    /// The longest record or block that is read; a longer one is damage.
    ///
    /// Blocks of unknown kinds are skipped without being held and may have any length.
    public static let maximumBlockByteCount = 16 * 1024 * 1024
    /// How many interfaces a section of a pcapng file may describe.
    public static let maximumInterfaceCount = 4_096
    /// Octets kept of a name, a description or another short text; the rest is cut off.
    public static let maximumTextByteCount = 1_024
}
