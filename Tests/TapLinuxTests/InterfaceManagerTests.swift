import Foundation
import SystemPackage
import TapLinux
import Testing

/// Folders like those that services keep below /run.
struct InterfaceManagerTests {
    private func managers(_ files: [String: String], _ index: Int32 = 7) throws
        -> [InterfaceManager]
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, text) in files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        return InterfaceManager.managers(ofInterface: index, below: FilePath(folder.path))
    }

    @Test func nobodyManagesWhatNobodyKnows() throws {
        #expect(try managers([:]) == [])
        #expect(try managers(["systemd/netif/links/8": "NETWORK_FILE=/x.network\n"]) == [])
    }

    @Test(arguments: [
        ("ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/x.network\n", true),
        ("ADMIN_STATE=configuring\nOPER_STATE=carrier\nNETWORK_FILE=/x.network\n", true),
        ("ADMIN_STATE=unmanaged\nOPER_STATE=routable\n", false),
        ("ADMIN_STATE=unmanaged\nNETWORK_FILE=/etc/systemd/network/hubtap.network\n", false),
        ("ADMIN_STATE=initialized\n", false), ("NETWORK_FILE=\n", false), ("", false),
    ])
    func networkdSaysWhatItManages(_ text: String, _ isManaged: Bool) throws {
        let text = "# This is private data. Do not parse.\n" + text
        let found = try managers(["systemd/netif/links/7": text])
        #expect(found == (isManaged ? [.networkd] : []))
    }

    @Test(arguments: [("[device]\nmanaged=true\n", true), ("[device]\nmanaged=false\n", false)])
    func networkManagerSaysWhatItManages(_ text: String, _ isManaged: Bool) throws {
        let found = try managers(["NetworkManager/devices/7": text])
        #expect(found == (isManaged ? [.networkManager] : []))
    }
}
