import Synchronization
import TapRelay
import TapWire

/// A table of addresses made by a test, which counts how often it is asked.
final class FakeTable: AddressTable {
    let built: Timestamp?
    private let places: [(network: IPNetwork, place: Place)]
    private let asked = Mutex(0)

    init(_ places: [String: Place], built: Timestamp? = Scene.start.advanced(by: .seconds(-86_400)))
    {
        self.places = places.compactMap { text, place in IPNetwork(text).map { ($0, place) } }
        self.built = built
    }

    /// How often it was asked.
    var count: Int { asked.withLock { $0 } }

    func place(of address: IPAddress) -> Place? {
        asked.withLock { $0 += 1 }
        return places.first { $0.network.contains(address) }?.place
    }
}

extension Place {
    init(
        _ country: String? = nil,
        named name: Name? = nil,
        city: String? = nil,
        at point: (Double, Double)? = nil,
        radius: UInt16 = 0,
        operator: Operator? = nil
    ) {
        self.init()
        self.country = country.flatMap { CountryCode($0) }
        countryName = name
        self.city = city.map { Name($0) }
        self.point = point.flatMap { Point(latitude: $0.0, longitude: $0.1, radius: radius) }
        self.operator = `operator`
    }

    /// All that a table can say.
    static let berlin = Place(
        "DE",
        named: Name("Germany", french: "Allemagne"),
        city: "Berlin",
        at: (52.52, 13.41),
        operator: Operator(number: 64_496, name: "Example Telecom")
    )
}

extension RelayConfiguration {
    /// The same with a table of addresses.
    func knowing(_ table: FakeTable) -> RelayConfiguration {
        with { $0.places = PlaceSource(table) }
    }
}
