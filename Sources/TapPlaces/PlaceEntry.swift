internal import CMaxMind
internal import TapWire

/// What a table says of one address, in the layouts of MaxMind and DB-IP (nested) and of IPinfo (flat).
///
/// Source: https://dev.maxmind.com/geoip/docs/databases, https://db-ip.com/db/format, https://ipinfo.io/developers/database-types.
@safe
struct PlaceEntry: ~Copyable {
    private let entry: MMDB_entry_s

    /// Looks at an entry.
    ///
    /// - Precondition: Its table is open for as long as this value lives.
    @unsafe
    init(_ entry: MMDB_entry_s) { unsafe self.entry = entry }

    /// All that is known.
    var place: Place {
        var place = Place()
        place.country = country
        if place.country != nil { place.countryName = countryName }
        place.city = name("city")
        place.point = point
        place.operator = `operator`
        return place
    }

    // MARK: - What it says

    /// Where it is; where that is not known, whose the addresses are.
    private static let countryKeys = ["country", "registered_country"]

    /// What stands for no country in tables: Europe, Asia and the Pacific, unknown.
    private static let noCountries = ["EU", "AP", "XX", "ZZ"].compactMap { CountryCode($0) }

    /// The country that a text names; nil if it names none.
    private static func country(_ text: String) -> CountryCode? {
        CountryCode(text).flatMap { noCountries.contains($0) ? nil : $0 }
    }

    private var country: CountryCode? {
        for key in Self.countryKeys {
            if let code = text(key, "iso_code").flatMap({ Self.country($0) }) { return code }
        }
        return [text("country_code"), text("country")].lazy.compactMap(\.self)
            .compactMap { Self.country($0) }.first
    }

    private var countryName: Place.Name? {
        // The name must be that of the country that was taken.
        for key in Self.countryKeys
        where text(key, "iso_code").flatMap({ Self.country($0) }) != nil { return name(key) }
        if let name = text("country_name") { return Place.Name(name) }
        return text("country").flatMap { CountryCode($0) == nil ? Place.Name($0) : nil }
    }

    /// A name under `key`: by languages, or in one.
    private func name(_ key: String) -> Place.Name? {
        let french = text(key, "names", "fr")
        if let english = text(key, "names", "en") { return Place.Name(english, french: french) }
        return (french ?? text(key)).map { Place.Name($0, french: french) }
    }

    private var point: Place.Point? {
        guard let latitude = value("location", "latitude")?.real,
            let longitude = value("location", "longitude")?.real
        else { return nil }
        return Place.Point(
            latitude: latitude,
            longitude: longitude,
            radius: UInt16(clamping: value("location", "accuracy_radius")?.whole ?? 0)
        )
    }

    private var `operator`: Place.Operator? {
        let found = Place.Operator(
            number: value("autonomous_system_number")?.systemNumber ?? value("asn")?.systemNumber,
            name: text("autonomous_system_organization") ?? text("as_name")
        )
        return found.number == nil && found.name == nil ? nil : found
    }

    // MARK: - Reading

    private func text(_ keys: String...) -> String? {
        guard case .text(let text)? = find(keys) else { return nil }
        return PlaceText.harmless(text)
    }

    private func value(_ keys: String...) -> PlaceValue? { find(keys) }

    /// What stands at a path of one to three keys; nil if nothing does, or nothing of a kind that is used.
    private func find(_ keys: [String]) -> PlaceValue? {
        guard let first = keys.first, keys.count <= 3 else { return nil }
        let second = keys.count > 1 ? keys[1] : nil
        let third = keys.count > 2 ? keys[2] : nil
        var (entry, value) = unsafe (entry, tap_place_value())
        // SAFETY: the keys, the entry and the value live across the call, which fills the value in.
        guard unsafe tap_place_value(&entry, first, second, third, &value) == 1 else { return nil }
        return unsafe PlaceValue(value)
    }
}

/// A value of an entry, as far as its kind is one that is used.
enum PlaceValue {
    case text(String)
    case whole(UInt64)
    case real(Double)

    /// Texts that are longer are no names.
    private static let longestText = 1_024

    /// Takes a value, whose octets are copied; nil for other kinds and for what is no UTF-8.
    @unsafe
    fileprivate init?(_ value: tap_place_value) {
        switch unsafe Int32(value.kind) {
        case MMDB_DATA_TYPE_UTF8_STRING:
            guard let start = unsafe value.octets, unsafe value.length <= Self.longestText else {
                return nil
            }
            // SAFETY: the library has checked that so many octets lie in the table, which is open.
            let octets = unsafe UnsafeRawBufferPointer(start: start, count: Int(value.length))
            guard let text = unsafe String(validating: octets, as: UTF8.self) else { return nil }
            self = .text(text)
        case MMDB_DATA_TYPE_DOUBLE, MMDB_DATA_TYPE_FLOAT: self = unsafe .real(value.number)
        case MMDB_DATA_TYPE_UINT16, MMDB_DATA_TYPE_UINT32, MMDB_DATA_TYPE_UINT64:
            self = unsafe .whole(value.whole)
        default: return nil
        }
    }

    /// The number, if it is one with a fraction.
    var real: Double? {
        guard case .real(let number) = self else { return nil }
        return number
    }

    /// The whole number, if it is one.
    var whole: UInt64? {
        guard case .whole(let number) = self else { return nil }
        return number
    }

    /// The number of an autonomous system: as one, or as `AS64496`.
    var systemNumber: UInt32? {
        switch self {
        case .whole(let number): UInt32(exactly: number)
        case .text(let text) where text.hasPrefix("AS"): UInt32(text.dropFirst(2))
        case .text, .real: nil
        }
    }
}

extension Place {
    /// What it tells of.
    var contents: PlaceTable.Contents {
        var contents = PlaceTable.Contents()
        if country != nil { contents.insert(.countries) }
        if city != nil { contents.insert(.cities) }
        if point != nil { contents.insert(.points) }
        if self.operator != nil { contents.insert(.operators) }
        return contents
    }
}

extension IPAddress {
    /// The 4 or 16 octets, in the order of the wire.
    var octets: [UInt8] {
        let halves = isIPv6 ? [high, low] : [low << 32]
        let all = halves.flatMap { half in
            (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) }
        }
        return isIPv6 ? all : Array(all.prefix(4))
    }
}
