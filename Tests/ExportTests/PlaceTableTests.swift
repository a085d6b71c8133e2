import Foundation
import TapTesting
import TapWire
import Testing

extension ExportTests {
    /// Tables of addresses on the command line.
    @Suite
    struct PlaceTableTests {
        private func folder(built: UInt64? = nil) throws -> String {
            let path = NSTemporaryDirectory() + "geoip-\(UUID().uuidString)"
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
            var writer = AddressTableWriter()
            writer.kind = "GeoLite2-Country"
            writer.built = built ?? UInt64(Date().timeIntervalSince1970)
            writer.insert(
                try #require(IPNetwork("203.0.113.0/24")),
                ["country": ["iso_code": "DE", "names": ["en": "Germany"]]]
            )
            try Data(writer.octets).write(to: URL(fileURLWithPath: path + "/c.mmdb"))
            try "mail: { geoip: [\(path)/c.mmdb] }\n"
                .write(toFile: path + "/hubtap.yaml", atomically: true, encoding: .utf8)
            return path
        }

        @Test("check says what a table holds, and warns of an old one")
        func check() throws {
            let fresh = try folder()
            defer { try? FileManager.default.removeItem(atPath: fresh) }
            let command = "hubtap check --config hubtap.yaml no0 no1"
            let outcome = try Program.run("cd \(fresh); \(command)")
            #expect(
                outcome.output.contains("\(fresh)/c.mmdb: countries (GeoLite2-Country), made on 2"),
                "\(outcome)"
            )
            #expect(!outcome.output.contains("days ago"))
            let old = try folder(built: 1_700_000_000)
            defer { try? FileManager.default.removeItem(atPath: old) }
            let warned = try Program.run("cd \(old); \(command) --json")
            #expect(warned.output.contains(#""code":"geoip-old""#), "\(warned)")
            #expect(warned.output.contains("was made on 2023-11-14, "))
        }

        @Test(
            "a table that cannot be used ends analyze and judge with 2, and is a mistake to check"
        )
        func refused() throws {
            let path = try folder()
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data("no table".utf8).write(to: URL(fileURLWithPath: path + "/c.mmdb"))
            for command in ["analyze /dev/null", "judge /dev/null", "observe --ring \(path)/ring"] {
                let outcome = try Program.run("cd \(path); hubtap \(command) --config hubtap.yaml")
                #expect(outcome.code == 2, "\(outcome)")
                #expect(outcome.errors.contains("hubtap.yaml:1: mail.geoip[0]: "), "\(outcome)")
            }
            let checked = try Program.run(
                "cd \(path); hubtap check --config hubtap.yaml no0 no1 --json"
            )
            #expect(checked.code == 3)
            #expect(checked.output.contains("is no table in MaxMind's DB format"), "\(checked)")
            // Who only reads what was stored does not need it.
            let mail = try Program.run("cd \(path); hubtap mail --config hubtap.yaml --store none")
            #expect(!mail.errors.contains("geoip"), "\(mail)")
        }

        @Test("judge asks the tables of its configuration")
        func judge() throws {
            let path = try folder()
            defer { try? FileManager.default.removeItem(atPath: path) }
            let event = """
                {"dest_ip":"192.0.2.25","dest_port":25,"event_type":"smtp","flow_id":100,"in_iface":"wan",\
                "hub":{"first":0,"last":9,"out_iface":"lan"},"src_ip":"203.0.113.9","src_port":56660,"tx_id":0,\
                "timestamp":"2026-11-28T12:00:00.000001+00:00","smtp":{"auth":null,"auth_state":"none","code":250,\
                "data_bytes":586,"encoding":"DATA","helo":"c","incomplete":false,"mail_code":250,"mail_from":"<>",\
                "outcome":"accepted","rcpt_codes":[250],"rcpt_texts":["ok"],"rcpt_to":["<r@z.example>"],"tls":false}}
                """
            try event.write(toFile: path + "/eve.json", atomically: true, encoding: .utf8)
            try """
            mail:
              geoip: \(path)/c.mmdb
              inside: [lan]
              servers: [192.0.2.25]
              domains: [example.org]
            """.write(toFile: path + "/hubtap.yaml", atomically: true, encoding: .utf8)
            let command = "cd \(path); hubtap judge eve.json --config hubtap.yaml"
            let words = try Program.run(command)
            #expect(
                words.output.contains("Where 203.0.113.9 is, by the tables: Germany."),
                "\(words)"
            )
            #expect(words.output.contains("The latest came from 203.0.113.9 (Germany), port 56660"))
            let events = try Program.run(command + " --json")
            #expect(events.output.contains(#""client_place":{"country":"DE"}"#), "\(events)")
        }
    }
}
