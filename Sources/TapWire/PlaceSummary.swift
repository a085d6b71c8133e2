/// A place in the words of events: `{"country":"DE","city":"Berlin","asn":64496,"operator":"Example Telecom"}`.
///
/// What is not known is left out.
public struct PlaceSummary: Hashable, Sendable, Codable {
    /// The country's two letters.
    public var country: CountryCode?
    /// The city, in English.
    public var city: String?
    /// The number of the autonomous system that routes the address.
    public var asn: UInt32?
    /// What the operator of that is called.
    public var `operator`: String?

    /// What is known of `place`; nil if that is nothing.
    public init?(_ place: Place?) {
        guard let place else { return nil }
        (country, city) = (place.country, place.city?.english)
        (asn, self.operator) = (place.operator?.number, place.operator?.name)
        guard country != nil || city != nil || asn != nil || self.operator != nil else {
            return nil
        }
    }
}
