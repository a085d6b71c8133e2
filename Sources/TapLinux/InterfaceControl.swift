import CTap
import Glibc
public import SystemPackage

/// Settings of interfaces by name, in the network namespace of the thread that made it.
public struct InterfaceControl: ~Copyable, Sendable {
    let descriptor: FileDescriptor

    /// Opens the socket that the kernel wants to be asked through.
    public init() throws(Errno) {
        // #syscalls socket
        let number = socket(AF_INET, CTAP_SOCK_DGRAM | CTAP_SOCK_CLOEXEC, 0)
        guard number >= 0 else { throw .latest }
        descriptor = FileDescriptor(rawValue: number)
    }

    deinit { try? descriptor.close() }

    /// The number of an interface, or nil if there is none of that name.
    public func index(of name: String) throws(Errno) -> Int32? {
        do throws(Errno) {
            // SAFETY: the name lives across the call, which copies it.
            // #syscalls ioctl
            return try Errno.check(unsafe ctap_interface_index(descriptor.rawValue, name))
        } catch .noSuchInterface {
            return nil
        }
    }

    /// The name of the interface of that number, or nil if there is none.
    public func name(of index: Int32) throws(Errno) -> String? {
        var name: [CChar] = Array(repeating: 0, count: Self.nameByteCount)
        // SAFETY: the array lives across the call, which fills at most its length and ends it with a zero.
        // #syscalls ioctl
        let result = unsafe ctap_interface_name(descriptor.rawValue, index, &name, name.count)
        if result == -ENODEV { return nil }
        _ = try Errno.check(result)
        let octets = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: octets, as: UTF8.self)
    }

    /// How the link of an interface is, or nil if there is no such interface; its master is not asked for.
    ///
    /// The kernel answers without waiting for changes that are under way.
    public func link(of index: Int32) throws(Errno) -> LinkState? {
        for _ in 0..<3 {
            guard let name = try name(of: index) else { return nil }
            do throws(Errno) {
                let flags = try flags(of: name)
                // SAFETY: the name lives across the call, which copies it.
                // #syscalls ioctl
                let mtu = try Errno.check(unsafe ctap_interface_mtu(descriptor.rawValue, name))
                guard try self.index(of: name) == index else { continue }
                return LinkState(
                    index: index,
                    name: name,
                    isUp: flags.contains(.up),
                    isRunning: flags.isSuperset(of: [.up, .running]),
                    mtu: Int(mtu)
                )
            } catch .noSuchInterface {
                // Renamed or removed between two questions.
            }
        }
        throw .resourceTemporarilyUnavailable
    }

    /// The flags of an interface.
    public func flags(of name: String) throws(Errno) -> InterfaceFlags {
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls ioctl
        let bits = try Errno.check(unsafe ctap_interface_flags(descriptor.rawValue, name))
        return InterfaceFlags(rawValue: bits)
    }

    /// Sets the flags of an interface.
    public func set(_ flags: InterfaceFlags, of name: String) throws(Errno) {
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls ioctl
        let result = unsafe ctap_set_interface_flags(descriptor.rawValue, name, flags.rawValue)
        _ = try Errno.check(result)
    }

    /// Megabits a second, or 0 if the interface does not say.
    public func speed(of name: String) -> Int {
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls ioctl
        max(0, Int(unsafe ctap_interface_speed(descriptor.rawValue, name)))
    }

    // IFNAMSIZ, linux/if.h
    private static let nameByteCount = 16
}
