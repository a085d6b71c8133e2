/// Where an address is, and whose: what tables of addresses say, which may be old or wrong.
///
/// Its texts are harmless and short, however the table was made: see `AddressTable`.
public struct Place: Hashable, Sendable, Codable {
    /// A name, in English and, if the table has that, in French.
    public struct Name: Hashable, Sendable, Codable {
        /// In English, or in the one language that the table has.
        public var english: String
        /// In French; nil where the table has none.
        public var french: String?

        /// Creates a name.
        public init(_ english: String, french: String? = nil) {
            self.english = english
            self.french = french
        }
    }

    /// A point on the globe, and how far around it the address may be.
    public struct Point: Hashable, Sendable {
        /// Degrees to the north, -90 to 90.
        public let latitude: Float
        /// Degrees to the east, -180 to 180.
        public let longitude: Float
        /// Within how many kilometres the address is likely to be; 0 where the table does not say.
        public let radius: UInt16

        /// Creates a point; nil if there is none such on a globe.
        public init?(latitude: Double, longitude: Double, radius: UInt16 = 0) {
            // What is no number is in no range.
            guard (-90...90).contains(latitude), (-180...180).contains(longitude) else {
                return nil
            }
            (self.latitude, self.longitude) = (Float(latitude), Float(longitude))
            self.radius = radius
        }
    }

    /// Who routes an address.
    public struct Operator: Hashable, Sendable, Codable {
        /// The number of the autonomous system; nil if it is not known.
        public var number: UInt32?
        /// What it is called; nil if it is not known.
        public var name: String?

        /// Creates an operator.
        public init(number: UInt32? = nil, name: String? = nil) {
            self.number = number
            self.name = name
        }
    }

    /// The country; nil if it is not known.
    public var country: CountryCode?
    /// What the country is called; nil if the table does not say.
    public var countryName: Name?
    /// The city; nil if it is not known.
    public var city: Name?
    /// Where on the globe; nil if it is not known.
    public var point: Point?
    /// Who routes it; nil if that is not known.
    public var `operator`: Operator?

    /// Creates a place of which nothing is known.
    public init() {}

    /// True if nothing is known.
    public var isEmpty: Bool { self == Place() }

    /// Takes from `other` what is not known yet; a city with its point, and none in another country, so that all agree.
    public mutating func complete(by other: Place) {
        if country == nil { (country, countryName) = (other.country, other.countryName) }
        let isInCountry = other.country == nil || other.country == country
        if isInCountry, city == nil, point == nil { (city, point) = (other.city, other.point) }
        if self.operator == nil { self.operator = other.operator }
    }
}

extension Place.Point: Codable {
    private enum CodingKeys: String, CodingKey { case latitude, longitude, radius }

    /// Decodes a point.
    ///
    /// - Throws: `DecodingError` if there is none such on a globe.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard
            let point = Self(
                latitude: Double(try container.decode(Float.self, forKey: .latitude)),
                longitude: Double(try container.decode(Float.self, forKey: .longitude)),
                radius: try container.decode(UInt16.self, forKey: .radius)
            )
        else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: container.codingPath,
                    debugDescription:
                        "a latitude is -90 to 90 degrees, a longitude -180 to 180"
                )
            )
        }
        self = point
    }

    /// Encodes the point.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(latitude, forKey: .latitude)
        try container.encode(longitude, forKey: .longitude)
        try container.encode(radius, forKey: .radius)
    }
}
