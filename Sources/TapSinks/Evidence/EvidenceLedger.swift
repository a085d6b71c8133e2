/// What became of the files of evidence since the observer began.
///
/// It balances: `asked == written + failed + refused + open + waiting`.
public struct EvidenceLedger: Hashable, Sendable, Codable {
    /// Files that were asked for.
    public var asked: UInt64 = 0
    /// Files that were written.
    public var written: UInt64 = 0
    /// Files that could not be written.
    public var failed: UInt64 = 0
    /// Files that were not begun: too many waited, or the folder cannot be written.
    public var refused: UInt64 = 0
    /// Files that are being gathered.
    public var open: UInt64 = 0
    /// Files that wait to be gathered.
    public var waiting: UInt64 = 0
    /// Files that were deleted for want of room.
    public var deleted: UInt64 = 0
    /// Why evidence cannot be kept, or why the last file was not; nil if it was.
    public var trouble: String?

    /// Nothing was asked for.
    public init() {}

    /// True if every file is accounted for.
    public var isBalanced: Bool {
        asked == written &+ failed &+ refused &+ open &+ waiting
    }
}
