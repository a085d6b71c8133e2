import TapSinks
import Testing

@Suite("Syslog destinations")
struct SyslogDestinationTests {
    @Test(
        "What can be written",
        arguments: [
            ("unix:/dev/log", SyslogDestination.unix(path: "/dev/log")),
            ("unix:///run/log.sock", .unix(path: "/run/log.sock")),
            ("udp://loghost", .udp(host: "loghost", port: 514)),
            ("udp://loghost:5514", .udp(host: "loghost", port: 5_514)),
            ("tcp://192.0.2.7/", .tcp(host: "192.0.2.7", port: 601)),
            ("tcp://[2001:db8::1]:6514", .tcp(host: "2001:db8::1", port: 6_514)),
            ("udp://[::1]", .udp(host: "::1", port: 514)),
        ]
    )
    func reads(text: String, expected: SyslogDestination) throws {
        let destination = try SyslogDestination(text)
        #expect(destination == expected)
        #expect(try SyslogDestination(destination.description) == destination)
    }

    @Test(
        "What cannot, and why",
        arguments: [
            ("", SyslogDestinationError.Code.unknownScheme), ("loghost", .unknownScheme),
            ("http://loghost", .unknownScheme), ("UDP://loghost", .unknownScheme),
            ("tls://loghost:6514", .noTLS), ("tls:", .noTLS),
            ("udp:loghost", .badHost), ("udp://", .badHost), ("udp://:514", .badHost),
            ("udp://2001:db8::1", .badPort), ("tcp://[loghost]", .badHost),
            ("tcp://[192.0.2.1]", .badHost), ("tcp://[::1", .badHost), ("udp://a b", .badHost),
            ("udp://-host", .badHost), ("tcp://loghost/path", .badHost),
            ("udp://user@host", .badHost),
            ("udp://host:", .badPort), ("udp://host:0", .badPort), ("udp://host:65536", .badPort),
            ("udp://host:+5", .badPort), ("tcp://[::1]x", .badPort), ("udp://host:514:1", .badPort),
            ("unix:", .badPath), ("unix:dev/log", .badPath), ("unix://host/path", .badPath),
            ("unix:/\(String(repeating: "x", count: 107))", .badPath),
        ]
    )
    func refuses(text: String, code: SyslogDestinationError.Code) {
        let error = #expect(throws: SyslogDestinationError.self) { try SyslogDestination(text) }
        #expect(error?.code == code)
        #expect(error?.description.hasPrefix("\"\(text)\": ") == true)
    }
}
