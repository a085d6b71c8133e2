public import TapWire

/// The ports of one or more capture files: the names of their interfaces, each name once.
///
/// Hand the table of one file to the reader of the next, and several files are one stream
/// whose ports mean the same throughout.
public struct CapturePorts: Hashable, Sendable {
    /// The names, in the order in which they were first seen.
    public private(set) var names: [String] = []
    /// Interfaces that found no place of their own: they share the last port.
    public private(set) var crowdedNameCount: UInt64 = 0

    /// An empty table, or one that begins with `names`; those past the last port are left out.
    public init(names: [String] = []) {
        for name in names { _ = port(named: name) }
    }

    /// The port named `name`, added if it is new.
    ///
    /// A hub has at most `PortIndex.maximumCount` ports; what comes after shares the last one.
    public mutating func port(named name: String) -> PortIndex {
        if let index = names.firstIndex(of: name) { return PortIndex(rawValue: UInt8(index)) }
        guard names.count < PortIndex.maximumCount else {
            crowdedNameCount &+= 1
            return PortIndex(rawValue: UInt8(PortIndex.maximumCount - 1))
        }
        names.append(name)
        return PortIndex(rawValue: UInt8(names.count - 1))
    }
}
