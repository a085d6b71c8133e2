import Foundation
import SystemPackage
import TapLinux

/// Why a test cannot have its network.
struct LabFailure: Error, CustomStringConvertible {
    var description: String

    init(_ words: String) { description = words }
}

/// A network namespace with cables whose near ends are the hub's ports, gone when the value is.
///
///     c0 ---- e0 [ hub ] e1 ---- c1        e2 ---- c2
final class LabNamespace: Sendable {
    /// What ip(8) calls it.
    let name: String
    /// Where the hub keeps its journals and its ring; gone with the value.
    let directory: String

    init(mtu: Int = 1500, cables: Int = 3) throws {
        guard geteuid() == 0 else {
            throw LabFailure("these tests need root, for network namespaces: sudo scripts/test.sh")
        }
        name = "hubtap-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        directory = FileManager.default.temporaryDirectory.appending(path: name).path
        try Shell.succeed("ip", "netns", "add", name)
        try ip("link", "set", "lo", "up")
        for cable in 0..<cables {
            let mtu = "\(mtu)"
            try ip(
                "link",
                "add",
                "e\(cable)",
                "mtu",
                mtu,
                "type",
                "veth",
                "peer",
                "name",
                "c\(cable)",
                "mtu",
                mtu
            )
            // The far ends say nothing of their own, so that every frame counted is one of ours.
            try run("sysctl", "-qw", "net.ipv6.conf.c\(cable).disable_ipv6=1")
            // All ends are in one host, which would answer at any of them.
            try run("sysctl", "-qw", "net.ipv4.conf.c\(cable).arp_ignore=8")
            try ip("link", "set", "c\(cable)", "up")
        }
    }

    deinit {
        _ = try? Shell.run("ip", "netns", "del", name)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Runs ip(8) on the namespace.
    @discardableResult
    func ip(_ words: String...) throws -> String {
        try Shell.succeed(["ip", "-n", name] + words)
    }

    /// Runs a command in the namespace.
    @discardableResult
    func run(_ words: String...) throws -> String {
        try Shell.succeed(["ip", "netns", "exec", name] + words)
    }

    /// Does something on a thread of its own that is in the namespace.
    func inside<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) throws -> Result {
        let outcome = Box<Swift.Result<Result, any Error>>()
        let done = DispatchSemaphore(value: 0)
        let path = FilePath("/var/run/netns/\(name)")
        Thread.detachNewThread {
            outcome.set(
                Swift.Result {
                    try NetworkNamespace.enter(path)
                    return try body()
                }
            )
            done.signal()
        }
        done.wait()
        guard let result = outcome.value else { throw LabFailure("the thread ended") }
        return try result.get()
    }

    /// The programs that are run for the frames of a port, where they enter and where they leave.
    func programs(of port: String) throws -> [[UInt32]] {
        try inside {
            guard let index = try InterfaceControl().index(of: port) else { return [] }
            return try BPFProgram.Hook.allCases.map { hook in
                try BPFProgram.attached(to: index, at: hook).identifiers
            }
        }
    }

    /// Begins something on a thread of its own; what it returns waits for the end.
    func begin(_ body: @escaping @Sendable () throws -> Void) throws -> () throws -> Void {
        let outcome = Box<Swift.Result<Void, any Error>>()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            outcome.set(Swift.Result { try body() })
            done.signal()
        }
        return {
            done.wait()
            try outcome.value?.get()
        }
    }

    /// How many frames an interface has sent or received since it exists.
    func count(_ direction: String, of interface: String) throws -> Int {
        let path = "/sys/class/net/\(interface)/statistics/\(direction)_packets"
        let text = try run("cat", path).trimmingCharacters(in: .newlines)
        return Int(text) ?? -1
    }

    /// Everything of a port that a hub may change.
    func state(of ports: [String]) throws -> String {
        var text = ""
        for port in ports {
            text += try ip("-d", "link", "show", port)
            text += try run("tc", "qdisc", "show", "dev", port)
            for hook in ["ingress", "egress"] {
                text += try Shell.run(
                    "ip",
                    "netns",
                    "exec",
                    name,
                    "tc",
                    "filter",
                    "show",
                    "dev",
                    port,
                    hook
                )
                .text
            }
            text += "programs \(try programs(of: port).map(\.count))\n"
            text += try run("sysctl", "-a", "-r", "net.ipv[46].conf.\(port)[.]")
        }
        return text
    }
}
