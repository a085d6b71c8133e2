public import TapWire

/// A file that tells where addresses are, or whose, in MaxMind's DB format: GeoLite2, DB-IP, IPinfo and their like.
///
/// Theory of operation. libmaxminddb maps the file it is given, and a mapped file that somebody cuts short ends the
/// process that looks into it. So a private copy in memory is made first, and the file is not looked at again: one that
/// is replaced is taken by whoever opens it next. It takes as much memory as the file has octets.
///
/// A look-up of a damaged part finds nothing. Nothing is changed once it is open: any number of threads may use it.
public final class PlaceTable: Sendable {
    /// What a table holds.
    public struct Contents: OptionSet, Hashable, Sendable {
        /// A bit for each.
        public let rawValue: UInt8

        /// Creates a set of contents.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// In which country addresses are.
        public static let countries = Contents(rawValue: 1)
        /// In which city.
        public static let cities = Contents(rawValue: 2)
        /// Where on the globe.
        public static let points = Contents(rawValue: 4)
        /// Who routes them.
        public static let operators = Contents(rawValue: 8)
    }

    /// The most octets a file may have.
    public static let maximumByteCount = 1 << 30

    /// The file, as it was named.
    public let path: String
    /// What its maker calls this kind of table, harmless and short, such as `GeoLite2-City`.
    public let kind: String
    /// When it was made.
    public let built: Timestamp
    /// What it holds, as those of its records tell that are looked at: 512 from the lowest address on, which are all of a
    /// small table, and about as many spread over all addresses.
    public let contents: Contents

    private let handle: PlaceTableHandle

    /// Opens the file at `path`.
    ///
    /// - Throws: Why it cannot be used.
    public convenience init(path: String) throws(PlaceTableError) {
        try self.init(path: path, descriptors: PrivateCopy.descriptors)
    }

    /// The same where the descriptors of this process are named in the folder `descriptors`.
    package init(path: String, descriptors: String) throws(PlaceTableError) {
        handle = try PlaceTableHandle(copying: path, descriptors: descriptors)
        self.path = path
        kind = handle.kind.flatMap { PlaceText.harmless($0) } ?? "a table of no name"
        // A damaged number would be beyond all times.
        let seconds = min(handle.built, UInt64(Int64.max / 1_000_000_000))
        built = Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000)
        contents = handle.contents
        guard !contents.isEmpty else {
            throw PlaceTableError(code: .nothingOfUse, path: path)
        }
    }

    /// Where `address` is; nil if the table does not tell.
    public func place(of address: IPAddress) -> Place? {
        guard let place = handle.place(of: address.unmapped), !place.isEmpty else { return nil }
        return place
    }
}
