/// A table that tells where addresses are, such as one that is read from files.
///
/// What it gives is harmless to show: texts without control characters, each of at most `maximumTextOctets`. It never
/// fails: what it does not know, or cannot read, is nil.
public protocol AddressTable: AnyObject, Sendable {
    /// Where `address` is; nil if nothing is known of it.
    func place(of address: IPAddress) -> Place?

    /// When what tells of countries and cities was made, the oldest part of it; nil if nothing does.
    var built: Timestamp? { get }
}

extension AddressTable {
    /// How many octets of UTF-8 a text of a place has at most.
    public static var maximumTextOctets: Int { 64 }
}
