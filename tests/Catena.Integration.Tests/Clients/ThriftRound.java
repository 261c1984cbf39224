import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;

/** A round of calls through Thrift's own Java library and the code that its compiler makes of idl/catena.thrift; prints "done". */
public final class ThriftRound {
    private static final int MAX_FRAME = 16_384_000;

    public static void main(String[] arguments) throws Exception {
        try (TFramedTransport transport = new TFramedTransport(new TSocket("127.0.0.1", Integer.parseInt(arguments[0]), 60_000), MAX_FRAME)) {
            transport.open();
            Catena.Client client = new Catena.Client(new TBinaryProtocol(transport));
            keys(client);
            transactions(client);
            tables(client);
            ClusterMap cluster = client.clusterMap();
            expect(cluster.getPartitionsSize() == 8 && cluster.getNodesSize() == 3, "the cluster's map");
            expect(client.nodeStatus().startsWith("{"), "the node's status");
        }

        System.out.println("done");
    }

    private static void keys(Catena.Client client) throws Exception {
        client.put("java-plain", "value");
        expect(client.get("java-plain").equals("value") && client.get("java-nothing").isEmpty(), "get and put");
        expect(!client.tableGet("", bytes("java-a")).isFound(), "an absent key");
        expect(client.tablePut("", bytes("java-a"), bytes("1"), new WriteOptions().setIfAbsent(true)).isApplied(), "a put where nothing is");
        OptionalValue found = client.tableGet("", bytes("java-a"));
        expect(text(found.bufferForValue()).equals("1") && found.getVersion().length == 16, "what was put");
        WriteResult result = client.tablePut("", bytes("java-a"), bytes("2"), new WriteOptions().setIfVersion(found.getVersion()).setReturnPrevious(true));
        expect(result.isApplied() && text(result.getPrevious().bufferForValue()).equals("1"), "compare and set");
        expect(!client.tableDelete("", bytes("java-a"), new WriteOptions().setIfVersion(found.getVersion())).isApplied(), "a version that is past");
        expect(client.tableIncrement("", bytes("java-n"), 5) == 5 && client.tableIncrement("", bytes("java-n"), -8) == -3, "increments");
        expect(client.tableApply(List.of(
            new Change(bytes("{java}b")).setValue(bytes("b")), new Change(bytes("{java}c")).setValue(bytes("c")), new Change(bytes("java-a")))), "changes made together");
        ScanPage page = client.tableScanRange("", new ScanRequest(bytes("{java}")));
        expect(page.getEntriesSize() == 2 && text(page.getEntries().get(1).bufferForValue()).equals("c"), "a scan");
        try {
            client.tableGet("other", bytes("java-a"));
            expect(false, "a table that there is not");
        } catch (NoSuchTable expected) {
            expect(!expected.getMessage().isEmpty(), "a text");
        }
    }

    private static void transactions(Catena.Client client) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            ByteBuffer transaction = client.transactionBegin(new BeginOptions());
            try {
                client.transactionPut(transaction, bytes("java-x"), bytes("x"), "");
                client.transactionPut(transaction, bytes("java-y"), bytes("y"), "");
                expect(text(client.transactionGet(transaction, bytes("java-x"), "").bufferForValue()).equals("x"), "its own write");
                ByteBuffer prepared = client.transactionPrepare(transaction);
                client.transactionCommit(prepared);
                client.transactionCommit(prepared);
                expect(client.get("java-x").equals("x") && client.get("java-y").equals("y"), "what was committed");
                return;
            } catch (TransactionAborted | Unavailable busy) {
                Thread.sleep(50);
            }
        }

        throw new IllegalStateException("no transaction was carried out");
    }

    private static void tables(Catena.Client client) throws Exception {
        client.tableCreate("java-table");
        try {
            client.tableCreate("java-table");
            expect(false, "a table that there is");
        } catch (TableExists expected) {
            expect(!expected.getMessage().isEmpty(), "a text");
        }

        expect(client.tablePut("java-table", bytes("java-a"), bytes("mine"), new WriteOptions()).isApplied(), "a put into a named table");
        expect(text(client.tableGet("java-table", bytes("java-a")).bufferForValue()).equals("mine"), "what was put there");
        expect(client.tableNames().contains("java-table") && client.tableSize("java-table") == 1, "its name and size");
        client.tableDrop("java-table");
        try {
            client.tableGet("java-table", bytes("java-a"));
            expect(false, "a table that was dropped");
        } catch (NoSuchTable expected) {
            expect(!client.tableNames().contains("java-table"), "its name is gone");
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("not as expected: " + what);
        }
    }
}
