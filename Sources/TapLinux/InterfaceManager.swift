package import SystemPackage

/// A service that sets interfaces up by itself, and may do so to a port of the hub.
public enum InterfaceManager: Hashable, Sendable, CaseIterable {
    /// NetworkManager.
    case networkManager
    /// systemd-networkd.
    case networkd

    /// The services that manage an interface, as their files below /run say.
    ///
    /// Needs no message bus. Nothing is said of interfaces in another network namespace than that of
    /// the first process: those services work there, and the numbers of interfaces mean others here.
    public static func managers(ofInterface index: Int32) -> [InterfaceManager] {
        guard NetworkNamespace.isThatOfInit != false else { return [] }
        return managers(ofInterface: index, below: "/run")
    }

    /// The same, out of the files below another directory.
    package static func managers(
        ofInterface index: Int32,
        below directory: FilePath
    ) -> [InterfaceManager] {
        allCases.filter { manager in
            let file = directory.appending("\(manager.place)/\(index)")
            guard let octets = try? SmallFile.read(file) else { return false }
            return manager.isManaged(String(decoding: octets, as: UTF8.self))
        }
    }

    /// What people call it.
    public var name: String {
        switch self {
        case .networkManager: "NetworkManager"
        case .networkd: "systemd-networkd"
        }
    }

    private var place: String {
        switch self {
        case .networkManager: "NetworkManager/devices"
        case .networkd: "systemd/netif/links"
        }
    }

    private func isManaged(_ text: String) -> Bool {
        let lines = text.split(separator: "\n")
        switch self {
        case .networkManager: return lines.contains("managed=true")
        case .networkd:
            // Without a file that matches it, networkd looks at a link and leaves it alone.
            return lines.contains { $0.hasPrefix("NETWORK_FILE=") && $0.count > 13 }
                && !lines.contains("ADMIN_STATE=unmanaged")
        }
    }
}
