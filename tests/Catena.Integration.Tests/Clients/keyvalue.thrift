// What the small clients of the Thrift service share, nothing of Catena in it.
service KeyValueService {
  string get(1: string key);
  void put(1: string key, 2: string value);
  map<string, string> dump();
}
