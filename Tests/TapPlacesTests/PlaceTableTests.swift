import SystemPackage
import TapPlaces
import TapTesting
import TapWire
import Testing

@Suite("Tables of addresses")
struct PlaceTableTests {
    private func table(_ writer: AddressTableWriter) throws -> PlaceTable {
        let file = try TemporaryTable(writer)
        defer { withExtendedLifetime(file) {} }
        return try PlaceTable(path: file.path)
    }

    private func place(_ value: AddressTableValue, of text: String = "203.0.113.9") throws -> Place?
    {
        var writer = AddressTableWriter()
        writer.insert(network("203.0.113.0/24"), value)
        // So that the table is one of use whatever is asked of it.
        writer.insert(network("192.0.2.0/24"), ["country": ["iso_code": "FR"]])
        return try table(writer).place(of: address(text))
    }

    @Test("a city with all that is known of it", arguments: AddressTableWriter.RecordSize.allCases)
    func city(_ size: AddressTableWriter.RecordSize) throws {
        var writer = AddressTableWriter()
        (writer.kind, writer.recordSize) = ("GeoLite2-City", size)
        writer.insert(network("203.0.113.0/24"), AddressTableWriter.berlin)
        writer.insert(network("2001:db8::/32"), AddressTableWriter.berlin)
        let table = try table(writer)
        #expect(table.kind == "GeoLite2-City")
        #expect(table.built.day == "2026-11-01")
        #expect(table.contents == [.countries, .cities, .points])
        for text in ["203.0.113.0", "203.0.113.255", "::ffff:203.0.113.9", "2001:db8:1::9"] {
            let place = try #require(table.place(of: address(text)), "\(text)")
            #expect(place.country?.description == "DE")
            #expect(place.countryName == Place.Name("Germany", french: "Allemagne"))
            #expect(place.city == Place.Name("Berlin"))
            #expect(place.point == Place.Point(latitude: 52.52, longitude: 13.41, radius: 20))
            #expect(place.operator == nil)
        }
        for text in ["203.0.112.255", "203.0.114.0", "0.0.0.0", "2001:db9::", "::", "10.0.0.1"] {
            #expect(table.place(of: address(text)) == nil, "\(text)")
        }
    }

    @Test("a tree of IPv4 alone knows nothing of IPv6, and a part of a network counts for itself")
    func version4() throws {
        var writer = AddressTableWriter(isIPv6: false)
        writer.insert(network("198.51.0.0/16"), ["country": ["iso_code": "FR"]])
        writer.insert(network("198.51.100.0/25"), ["country": ["iso_code": "be"]])
        let table = try table(writer)
        #expect(table.contents == .countries)
        func country(_ text: String) -> String? {
            table.place(of: address(text))?.country?.description
        }
        #expect(country("198.51.99.255") == "FR")
        #expect(country("198.51.100.127") == "BE")
        #expect(country("198.51.100.128") == "FR")
        #expect(country("::ffff:198.51.100.1") == "BE")
        #expect(country("2001:db8::1") == nil)
        #expect(country("::198.51.100.1") == nil)
    }

    @Test("operators and countries, nested and flat")
    func layouts() throws {
        let nested = try place([
            "autonomous_system_number": .uint32(64_496),
            "autonomous_system_organization": "Example Telecom",
        ])
        #expect(nested?.operator == Place.Operator(number: 64_496, name: "Example Telecom"))
        #expect(nested?.country == nil)
        let flat = try place([
            "asn": "AS64496", "as_name": "Example Telecom", "as_domain": "example.net",
            "continent": "Europe", "country": "Germany", "country_code": "DE",
        ])
        #expect(flat?.operator == Place.Operator(number: 64_496, name: "Example Telecom"))
        #expect(flat?.country == CountryCode("DE"))
        #expect(flat?.countryName == Place.Name("Germany"))
        let older = try place(["country": "DE", "country_name": "Germany", "city": "Berlin"])
        #expect(older?.country == CountryCode("DE"))
        #expect(older?.countryName == Place.Name("Germany"))
        #expect(older?.city == Place.Name("Berlin"))
        let registered = try place([
            "registered_country": ["iso_code": "CH", "names": ["en": "Switzerland"]]
        ])
        #expect(registered?.country == CountryCode("CH"))
        #expect(registered?.countryName == Place.Name("Switzerland"))
        // What stands in the place of a country and is none lends no name to another.
        let other = try place([
            "country": ["iso_code": "T1", "names": ["en": "Somewhere"]],
            "registered_country": ["iso_code": "CH", "names": ["en": "Switzerland"]],
        ])
        #expect(other?.country == CountryCode("CH"))
        #expect(other?.countryName == Place.Name("Switzerland"))
        // Codes that stand for no country in tables.
        for code in ["EU", "AP", "XX", "ZZ"] {
            #expect(try place(["country": ["iso_code": .text(code)]]) == nil)
            let registered = try place([
                "country": ["iso_code": .text(code), "names": ["en": "Somewhere"]],
                "registered_country": ["iso_code": "CH"],
            ])
            #expect(registered?.country == CountryCode("CH") && registered?.countryName == nil)
        }
        let unnamed = try place(["country": ["iso_code": "DE"]])
        #expect(unnamed?.country == CountryCode("DE") && unnamed?.countryName == nil)
    }

    @Test("what is of another kind, out of range or no text is left out")
    func kinds() throws {
        #expect(try place(["country": ["iso_code": .uint32(5)]]) == nil)
        #expect(try place(["country": ["iso_code": "DEU"]]) == nil)
        #expect(try place(["country": .array(["DE"])]) == nil)
        #expect(try place("DE") == nil)
        #expect(try place(["city": ["names": ["en": .octets([0x42, 0xFF])]]]) == nil)
        #expect(try place(["city": ["names": ["en": " \u{1B}\u{202E}\n"]]]) == nil)
        #expect(
            try place(["city": ["names": ["en": "A\u{1B}[31m\u{202E}B"]]])?.city
                == Place.Name("A[31mB")
        )
        let long = try place(["city": ["names": ["en": .text(String(repeating: "é", count: 400))]]])
        #expect((40...64).contains(long?.city?.english.utf8.count ?? 0))
        #expect(
            try place(["city": ["names": ["en": .text(String(repeating: "e", count: 70_000))]]])
                == nil
        )
        for (latitude, longitude) in [(91.0, 0.0), (0, -181), (.nan, 0), (0, .infinity)] {
            let value: AddressTableValue = [
                "location": ["latitude": .double(latitude), "longitude": .double(longitude)]
            ]
            #expect(try place(value) == nil)
        }
        #expect(
            try place(["location": ["latitude": .float(1.5), "longitude": .float(-2.5)]])?.point
                == Place.Point(latitude: 1.5, longitude: -2.5)
        )
        #expect(try place(["asn": "64496x"]) == nil)
        #expect(try place(["autonomous_system_number": .uint64(1 << 40)]) == nil)
        #expect(try place(["autonomous_system_number": .uint16(7)])?.operator?.number == 7)
    }

    @Test("texts that are pointed to, and values far into the file")
    func pointers() throws {
        for sharesTexts in [true, false] {
            var writer = AddressTableWriter(isIPv6: false)
            writer.sharesTexts = sharesTexts
            for number in 0..<300 {
                writer.insert(
                    network("198.51.\(number / 2).\(number % 2 * 128)/25"),
                    [
                        "filler": .text(String(repeating: "x\(number)", count: 500)),
                        "as_name": .text("Operator \(number)"),
                        "country": ["iso_code": number % 2 == 0 ? "DE" : "FR"],
                    ]
                )
            }
            let table = try table(writer)
            for number in [0, 1, 150, 299] {
                let place = table.place(of: address("198.51.\(number / 2).\(number % 2 * 128 + 5)"))
                #expect(place?.operator?.name == "Operator \(number)")
                #expect(place?.country == CountryCode(number % 2 == 0 ? "DE" : "FR"))
            }
        }
    }

    @Test("several tables are one: the first that knows of a thing counts")
    func several() throws {
        var (countries, cities, operators) = (
            AddressTableWriter(), AddressTableWriter(), AddressTableWriter()
        )
        countries.built -= 86_400 * 31
        operators.built -= 86_400 * 400
        countries.insert(network("203.0.113.0/24"), ["country": ["iso_code": "AT"]])
        cities.insert(network("203.0.113.0/24"), AddressTableWriter.berlin)
        operators.insert(network("203.0.113.0/24"), ["asn": "AS64496"])
        let tables = PlaceTables([try table(countries), try table(cities), try table(operators)])
        let place = try #require(tables.place(of: address("203.0.113.9")))
        #expect(place.country == CountryCode("AT") && place.countryName == nil)
        // No city in another country.
        #expect(place.city == nil && place.point == nil)
        #expect(place.operator?.number == 64_496)
        #expect(tables.place(of: address("203.0.114.9")) == nil)
        countries.insert(network("203.0.113.0/25"), ["country": ["iso_code": "DE"]])
        let agreed = PlaceTables([try table(countries), try table(cities)])
        #expect(agreed.place(of: address("203.0.113.9"))?.city == Place.Name("Berlin"))
        // A table of operators tells of no place, however old it is.
        #expect(tables.built?.day == "2026-10-01")
        #expect(PlaceTables([try table(operators)]).built == nil)
    }

    @Test("files that cannot be used, each with its reason")
    func refusals() throws {
        func code(_ path: String) -> PlaceTableError.Code? {
            do throws(PlaceTableError) {
                _ = try PlaceTable(path: path)
                return nil
            } catch {
                #expect(error.description.contains(path))
                return error.code
            }
        }
        #expect(code("/nowhere/at/all") == .unreadable(.noSuchFileOrDirectory))
        #expect(code("/tmp") == .unreadable(.isDirectory))
        for octets in [[], Array("no table".utf8), [UInt8](repeating: 0, count: 5_000)] {
            let file = try TemporaryTable(octets)
            withExtendedLifetime(file) { #expect(code(file.path) == .noTable) }
        }
        var other = AddressTableWriter()
        other.insert(network("203.0.113.0/24"), ["connection_type": "Cable/DSL"])
        let file = try TemporaryTable(other)
        withExtendedLifetime(file) { #expect(code(file.path) == .nothingOfUse) }
    }

    @Test(
        "where descriptors have no names, as without /proc, that is said, and not that the table is damaged"
    )
    func withoutDescriptors() throws {
        var writer = AddressTableWriter()
        writer.insert(network("203.0.113.0/24"), AddressTableWriter.berlin)
        let file = try TemporaryTable(writer)
        #expect(throws: PlaceTableError(code: .noDescriptors, path: file.path)) {
            try PlaceTable(path: file.path, descriptors: "/nowhere/fd")
        }
        let error = PlaceTableError(code: .noDescriptors, path: file.path)
        #expect(error.description.contains("\(file.path) was read, but its copy in memory"))
        #expect(error.remedy.contains("/proc must be mounted"))
    }

    @Test(
        "what a table holds is told by records of all addresses, however many of the lowest are empty",
        arguments: [true, false]
    )
    func contents(_ isIPv6: Bool) throws {
        func contents(_ useful: [String: AddressTableValue]) throws -> PlaceTable.Contents? {
            var writer = AddressTableWriter(isIPv6: isIPv6)
            for number in 0..<3_000 {
                writer.insert(
                    network("10.\(number / 250).\(number % 250).0/24"),
                    ["connection_type": "Cable/DSL"]
                )
            }
            for (name, value) in useful { writer.insert(network(name), value) }
            let file = try TemporaryTable(writer)
            return try? withExtendedLifetime(file) { try PlaceTable(path: file.path).contents }
        }
        #expect(try contents([:]) == nil)
        let operators: AddressTableValue = ["asn": "AS64496"]
        #expect(try contents(["203.0.113.0/24": operators]) == .operators)
        #expect(
            try contents(["93.0.0.0/9": operators, "203.0.113.0/24": AddressTableWriter.berlin])
                == [.countries, .cities, .points, .operators]
        )
        // Here and there among thousands of others.
        let scattered = (3..<12).map { ("10.\($0).77.0/24", AddressTableWriter.berlin) }
        #expect(
            try contents(Dictionary(uniqueKeysWithValues: scattered))
                == [.countries, .cities, .points]
        )
        guard isIPv6 else { return }
        #expect(try contents(["2001:db8::/32": operators]) == .operators)
    }

    @Test("a file that is cut short or overwritten under the open table changes nothing")
    func overwritten() throws {
        var writer = AddressTableWriter()
        writer.insert(network("203.0.113.0/24"), AddressTableWriter.berlin)
        let file = try TemporaryTable(writer)
        let table = try PlaceTable(path: file.path)
        try file.write([])
        #expect(table.place(of: address("203.0.113.9"))?.country == CountryCode("DE"))
        try file.write([UInt8](repeating: 0xFF, count: 9_000))
        #expect(table.place(of: address("203.0.113.9"))?.country == CountryCode("DE"))
    }

    @Test("a table with any octet changed or any end cut off is refused, or gives what is harmless")
    func damaged() throws {
        var writer = AddressTableWriter(isIPv6: false)
        writer.insert(network("203.0.113.0/24"), AddressTableWriter.berlin)
        writer.insert(network("128.0.0.0/1"), ["country": "DE", "asn": "AS64496"])
        let whole = writer.octets
        let file = try TemporaryTable(whole)
        var opened = 0
        func look() {
            guard let table = try? PlaceTable(path: file.path) else { return }
            opened += 1
            for text in ["203.0.113.9", "128.0.0.1", "255.255.255.255", "0.0.0.0", "2001:db8::1"] {
                guard let place = table.place(of: address(text)) else { continue }
                let texts = [
                    place.city?.english, place.countryName?.english, place.operator?.name,
                ]
                for case let text? in texts {
                    #expect(text.utf8.count <= 64)
                    #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
                }
            }
        }
        for index in whole.indices {
            for mask: UInt8 in [0xFF, 0x01, 0x80, 0x20] {
                var octets = whole
                octets[index] ^= mask
                try file.write(octets)
                look()
            }
        }
        var generator = SplitMix64(seed: 11)
        for _ in 0..<400 {
            var octets = whole
            for _ in 0..<(1 + generator.next() % 8) {
                octets[Int(generator.next() % UInt64(whole.count))] = UInt8(
                    truncatingIfNeeded: generator.next()
                )
            }
            try file.write(octets)
            look()
        }
        for count in whole.indices {
            try file.write(Array(whole[..<count]))
            look()
        }
        #expect(opened > 1_000)
    }
}
