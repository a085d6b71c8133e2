import TapCapture
import Testing

struct FilterErrorTests {
    private static func error(_ expression: String) throws -> FilterError {
        do throws(FilterError) {
            _ = try CaptureFilter(expression)
        } catch {
            return error
        }
        throw Accepted(expression: expression)
    }

    /// Libpcap took a filter that the test thinks is wrong.
    private struct Accepted: Error {
        var expression: String
    }

    /// A wrong filter and the line under it that marks the place.
    @Test(arguments: [
        ("prt 25", "^^^"),
        ("tcp and prt 25", "        ^^^"),
        ("tcp and and port 25", "        ^^^"),
        ("port 25 or", "          ^"),
        ("port", "    ^"),
        ("src", "   ^"),
        ("not", "   ^"),
        ("(port 25", "^"),
        ("port 25 and (tcp or (udp)", "            ^"),
        ("port 25)", "       ^"),
        ("()", " ^"),
        ("tcp[13", "      ^"),
        ("tcp[13]", "       ^"),
        ("tcp[13] = ", "          ^"),
        ("tcp[13] = = 2", "          ^"),
        ("tcp[13 & 2 = 0", "           ^"),
        ("port 25 $", "        ^"),
        ("port 25 é", "        ^"),
        ("tcp port 25 tcp port 26", "            ^^^"),
        ("less x", "     ^"),
        ("port 25 && || port 26", "           ^^"),
        ("host 192.0.2.1 and and port 25", "                   ^^^"),
        ("foo", "^^^"),
        ("mail port 25", "^^^^"),
        ("port smtp an port 80", "          ^^"),
        ("net 192.0.2.0/24 nad tcp", "                 ^^^"),
    ])
    func syntaxErrors(expression: String, carets: String) throws {
        let error = try Self.error(expression)
        #expect(error.code == .syntax)
        let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines == ["\(error.message)", "  \(expression)", "  \(carets)"])
    }

    @Test(arguments: [
        ("port 70000", "     ^^^^^"),
        ("tcp and port 70000", "             ^^^^^"),
        ("port foo", "     ^^^"),
        ("portrange 30-x", "          ^^^^"),
        ("port 25-30", "     ^^^^^"),
        ("net 192.0.2.0/33", "              ^^"),
        ("net 192.0.2.1/24", "    ^^^^^^^^^^^^"),
        ("net 300.0.0.0/8", "    ^^^^^^^^^"),
        ("ip proto foo", "         ^^^"),
        ("net foonet", "    ^^^^^^"),
        ("vlan 5000", "     ^^^^"),
        ("ether host 192.0.2.1", "           ^^^^^^^^^"),
        ("port 192.0.2.1", "^^^^"),
        ("tcp and ip broadcast", "        ^^^^^^^^^^^^"),
        ("tcp and inbound", "        ^^^^^^^"),
        ("tcp and host nosuchhost.invalid", "             ^^^^^^^^^^^^^^^^^^"),
    ])
    func valuesThatAreRefused(expression: String, carets: String) throws {
        let error = try Self.error(expression)
        #expect(error.code == .refused || error.code == .unknownName)
        #expect(error.description == "\(error.message)\n  \(expression)\n  \(carets)")
    }

    @Test func namesThatNobodyKnows() throws {
        #expect(try Self.error("host nosuchhost.invalid").code == .unknownName)
        #expect(try Self.error("port foo").code == .unknownName)
        #expect(try Self.error("port 70000").code == .refused)
    }

    @Test func filtersThatNothingCanMatch() throws {
        for expression in ["ip and ip6", "1 = 2", "tcp and udp"] {
            let error = try Self.error(expression)
            #expect(error.code == .rejectsAll)
            #expect(error.place == nil)
            #expect(error.description == "expression rejects all packets\n  \(expression)")
        }
    }

    @Test func aNULIsNoEnd() throws {
        let error = try Self.error("port 25\0 and nonsense")
        #expect(error.code == .syntax)
        #expect(error.place == 7..<8)
        #expect(error.description.hasSuffix("\n  port 25  and nonsense\n         ^"))
    }

    @Test func whiteSpaceKeepsTheCaretsInPlace() throws {
        let error = try Self.error("port\t25\nprt 26")
        #expect(error.description.hasSuffix("\n  port 25 prt 26\n          ^^^"))
    }

    @Test func longFiltersAreSearchedQuickly() throws {
        let ports = (1...100).map { "port \($0)" }.joined(separator: " or ")
        let error = try Self.error(ports + " or or port 1")
        #expect(error.place == ports.count + 4..<ports.count + 6)
    }

    @Test func randomFiltersAreSurvived() throws {
        var generator = SeededGenerator(seed: 5)
        let words = [
            "port", "25", "(", ")", "[", "]", "tcp", "and", "or", "not", "host", "192.0.2.1", "=",
            "&", "vlan", "ip6", "/", "::1", "\\ip", "0x8100", "net", "less", "é", "'", "\"",
        ]
        for _ in 0..<200 {
            let count = Int.random(in: 1...8, using: &generator)
            let expression = (0..<count).compactMap { _ in words.randomElement(using: &generator) }
                .joined(separator: " ")
            guard let error = try? Self.error(expression) else { continue }
            #expect(error.expression == expression)
            guard let place = error.place else { continue }
            #expect(place.upperBound <= expression.count)
        }
    }
}
