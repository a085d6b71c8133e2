/// Something that keeps what others may need the room of.
protocol Keeper: AnyObject {
    /// Octets that it keeps; 0 as long as that is little.
    var keptByteCount: Int { get }
    /// How it stands in the table of all that keep much.
    var standing: KeeperTable.Standing { get set }
    /// Gives up what it keeps, so that little is left.
    func giveUp()
}
