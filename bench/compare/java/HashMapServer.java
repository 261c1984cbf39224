import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TServer;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.server.TThreadedSelectorServer;
import org.apache.thrift.transport.TNonblockingServerSocket;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;

/** A node of the yardstick: a hash map in memory behind KeyValueService. With a second port it sends each write there before it answers. Arguments: threads (one a connection) or selectors, port [port of the second node]. */
public final class HashMapServer implements KeyValueService.Iface {
    private static final int MAX_FRAME = 16_384_000;

    private final Map<String, String> map = new ConcurrentHashMap<>();
    private final BlockingQueue<KeyValueService.Client> idle = new LinkedBlockingQueue<>();
    private final int second;

    private HashMapServer(int second) {
        this.second = second;
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        HashMapServer node = new HashMapServer(arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0);
        KeyValueService.Processor<HashMapServer> processor = new KeyValueService.Processor<>(node);
        TServer server = arguments[0].equals("selectors")
            ? new TThreadedSelectorServer(new TThreadedSelectorServer.Args(new TNonblockingServerSocket(port))
                .processor(processor).protocolFactory(new TBinaryProtocol.Factory()))
            : new TThreadPoolServer(new TThreadPoolServer.Args(new TServerSocket(port))
                .processor(processor).transportFactory(new TFramedTransport.Factory(MAX_FRAME)).protocolFactory(new TBinaryProtocol.Factory()));
        server.serve();
    }

    @Override
    public String get(String key) {
        return map.getOrDefault(key, "");
    }

    @Override
    public void put(String key, String value) throws TException {
        if (second != 0) {
            KeyValueService.Client client = idle.poll();
            if (client == null) {
                client = connect();
            }
            client.replicate(key, value);
            idle.add(client);
        }
        map.put(key, value);
    }

    @Override
    public void replicate(String key, String value) {
        map.put(key, value);
    }

    @Override
    public Map<String, String> dump() {
        return map;
    }

    private KeyValueService.Client connect() throws TException {
        TFramedTransport transport = new TFramedTransport(new TSocket("127.0.0.1", second, 60_000), MAX_FRAME);
        transport.open();
        return new KeyValueService.Client(new TBinaryProtocol(transport));
    }
}
