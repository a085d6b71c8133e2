import TapWire

/// What reverse lookups on the wire have said of addresses, as of the clients that a mail server looks up.
///
/// Bounded: the address that was learned and asked for longest ago goes first. It is not stored: a server looks its
/// clients up again. A name is what whoever owns the address claims, or who can send a response; no rule asks for it.
struct ReverseNameBook: Sendable {
    /// How many addresses are known.
    static let limit = 4_096

    private var names = BoundedTable<IPAddress, ReverseName>()

    /// How many there are.
    var count: Int { names.count }

    /// How many were dropped for want of room.
    var dropped: UInt64 { names.dropped }

    /// Remembers what was said, in the place of what was said before.
    mutating func learn(_ name: ReverseName) {
        var name = name
        name.address = name.address.unmapped
        names.update(name.address, limit: Self.limit, default: name) { $0 = name }
    }

    /// What was said of an address, which stays the longer; nil if nothing is known.
    mutating func name(of address: IPAddress) -> ReverseName? {
        guard names.count > 0 else { return nil }
        return names.update(address) { $0 }
    }
}
