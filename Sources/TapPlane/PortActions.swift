/// What filters and actions of traffic control do with the frames of a port, where programs are not allowed.
///
/// What enters is copied to each target and then dropped. What is about to leave may do so if it entered by one of
/// the sources: a filter compares the interface by which a frame entered, which the host's own frames do not have.
struct PortActions: Hashable {
    /// What becomes of a frame that enters.
    enum Entry: Hashable {
        /// It leaves by these interfaces; there is at least one.
        case forward([Int32])
        /// It is dropped, and counted.
        case drop
        /// It is dropped as if it never entered.
        case ignore
    }

    /// What becomes of frames that enter.
    var entry: Entry
    /// The names of the interfaces whose frames may leave, by their places among all ports.
    var sources: [Int: String]
    /// What the ledger says of the port, for counters that begin.
    var counts: PortCounts
}
