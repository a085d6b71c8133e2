import TapWire

extension CompanySimulation {
    /// Where the addresses of the company's world are: countries, cities, coordinates and operators, made three weeks before its
    /// first day.
    ///
    /// The world is made up: each half of a /8 lies in one of 41 countries, and each /8 has an operator. The people's
    /// providers are those of one country, as they are in the simulation.
    public static var addressTable: AddressTableWriter {
        var writer = AddressTableWriter()
        for first in 1...223 {
            for half in 0...1 {
                let city = cities[(2 * first + half) % cities.count]
                writer.insert(network("\(first).\(128 * half).0.0/9"), city, 64_600 + first)
            }
        }
        let home = cities[0]
        for (block, number) in [
            ("79.192.0.0/14", 64_496), ("80.186.0.0/15", 64_497), ("92.72.0.0/14", 64_498),
            ("92.76.0.0/14", 64_499), ("92.80.0.0/13", 64_500), ("91.32.0.0/16", 64_501),
            ("88.198.0.0/16", 64_502),
        ] {
            writer.insert(network(block), home, number)
        }
        return writer
    }

    private static func network(_ text: String) -> IPNetwork {
        guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
        return network
    }

    /// A country, a city of it, and where that is.
    fileprivate typealias City = (
        country: String, name: String, latitude: Double, longitude: Double
    )

    /// The company's own country first.
    private static let cities: [City] = [
        ("DE", "Berlin", 52.52, 13.41), ("FR", "Paris", 48.86, 2.35),
        ("GB", "London", 51.51, -0.13),
        ("ES", "Madrid", 40.42, -3.7), ("IT", "Roma", 41.9, 12.5), ("PL", "Warszawa", 52.23, 21.01),
        ("NL", "Amsterdam", 52.37, 4.9), ("SE", "Stockholm", 59.33, 18.07),
        ("RO", "Bucuresti", 44.43, 26.1), ("UA", "Kyiv", 50.45, 30.52),
        ("RU", "Moskva", 55.76, 37.62),
        ("TR", "Ankara", 39.93, 32.86), ("GR", "Athina", 37.98, 23.73),
        ("PT", "Lisboa", 38.72, -9.14),
        ("ZA", "Cape Town", -33.92, 18.42), ("NG", "Lagos", 6.52, 3.38),
        ("KE", "Nairobi", -1.29, 36.82),
        ("EG", "Cairo", 30.04, 31.24), ("MA", "Rabat", 34.02, -6.84), ("TN", "Tunis", 36.81, 10.18),
        ("JP", "Tokyo", 35.68, 139.65), ("CN", "Beijing", 39.9, 116.41),
        ("KR", "Seoul", 37.57, 126.98),
        ("IN", "Delhi", 28.61, 77.21), ("PK", "Islamabad", 33.68, 73.05),
        ("BD", "Dhaka", 23.81, 90.41),
        ("VN", "Hanoi", 21.03, 105.85), ("TH", "Bangkok", 13.76, 100.5),
        ("ID", "Jakarta", -6.21, 106.85),
        ("PH", "Manila", 14.6, 120.98), ("AU", "Sydney", -33.87, 151.21),
        ("NZ", "Auckland", -36.85, 174.76), ("BR", "São Paulo", -23.55, -46.63),
        ("AR", "Buenos Aires", -34.6, -58.38), ("CL", "Santiago", -33.45, -70.67),
        ("CO", "Bogota", 4.71, -74.07), ("PE", "Lima", -12.05, -77.04),
        ("MX", "Mexico", 19.43, -99.13),
        ("US", "New York", 40.71, -74.01), ("CA", "Toronto", 43.65, -79.38),
        ("TW", "Taipei", 25.03, 121.57),
    ]
}

extension AddressTableWriter {
    fileprivate mutating func insert(
        _ network: IPNetwork,
        _ city: CompanySimulation.City,
        _ number: Int
    ) {
        insert(
            network,
            [
                "country": ["iso_code": .text(city.country)],
                "city": ["names": ["en": .text(city.name)]],
                "location": [
                    "accuracy_radius": .uint16(50), "latitude": .double(city.latitude),
                    "longitude": .double(city.longitude),
                ],
                "autonomous_system_number": .uint32(UInt32(number)),
            ]
        )
    }
}
