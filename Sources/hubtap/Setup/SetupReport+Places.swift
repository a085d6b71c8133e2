import TapConfig
import TapPlaces
import TapPlane
import TapWire

extension SetupReport {
    /// Tables that are older are warned of: operators get and give away addresses all the time.
    private static let oldAfter = Duration.seconds(180 * 86_400)

    /// Adds what each table of addresses holds and when it was made, and which are old or cannot be used, as of `now`.
    mutating func add(tablesOf settings: HubtapConfiguration, at now: Timestamp) {
        for file in settings.mail.geoip {
            do throws(ConfigurationError) {
                let table = try file.open()
                passed(table)
                let age = now.duration(since: table.built)
                guard age > Self.oldAfter else { continue }
                add([
                    SetupFinding(
                        .warning,
                        "geoip-old",
                        file.path,
                        "was made on \(table.built.day), \(age.components.seconds / 86_400) days ago",
                        fix:
                            "get a new one, such as with geoipupdate, and let hubtap read it by SIGHUP"
                    )
                ])
            } catch {
                add(configuration: [error], path: nil)
            }
        }
    }

    /// What a table is is good to know, whether it is old or not.
    private mutating func passed(_ table: PlaceTable) {
        add(
            [],
            of: table.path,
            else: "\(table.contents.words) (\(table.kind)), made on \(table.built.day)"
        )
    }
}

extension PlaceTable.Contents {
    /// What is in it, for people.
    fileprivate var words: String {
        let names: [(Self, String)] = [
            (.countries, "countries"), (.cities, "cities"), (.points, "coordinates"),
            (.operators, "operators"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}
