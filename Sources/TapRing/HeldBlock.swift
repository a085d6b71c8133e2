/// A block that was found to hold frames.
struct HeldBlock {
    /// What its header says.
    let header: BlockHeader
    /// Octets that are committed, header included; at most a block.
    let committed: Int
}
