/*
 * A client of the table service: table_client <zk>:<port>[/chroot]
 *
 * Finds its servers below /chain: the smallest child is the head, to which put and del go; the largest is the tail, for everything else. It
 * watches the children. A message's length and the message go out in two sends, and Nagle's algorithm stays on.
 *
 * Commands come line by line, each is answered by one line: put k v, get k, del k, size, getkeys, gettable, stats, quit; and who, which tells
 * whom it would talk to.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zookeeper/zookeeper.h>

#include "table_client.pb-c.h"

enum { MOST_SECONDS = 90, PAUSE_MICROSECONDS = 50000, LINE = 4096, MOST_REPLY = 32767 };

struct server {
    char address[64];
    int socket;
};

static zhandle_t *zk;
static volatile int changed = 1;
static struct server head = {"", -1}, tail = {"", -1};

static void watcher(zhandle_t *handle, int type, int state, const char *path, void *context) {
    (void)handle, (void)state, (void)path, (void)context;
    if (type == ZOO_CHILD_EVENT || type == ZOO_SESSION_EVENT) {
        changed = 1;
    }
}

static int by_name(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static void part(struct server *server) {
    if (server->socket >= 0) {
        close(server->socket);
    }
    server->socket = -1;
}

/* Takes over where a child says its server is. The data ends in a NUL; a client that reads it as a string needs that. */
static int learn(struct server *server, const char *child) {
    char path[256], data[64];
    int length = sizeof data;
    snprintf(path, sizeof path, "/chain/%s", child);
    if (zoo_get(zk, path, 0, data, &length, NULL) != ZOK || length < 1) {
        return 0;
    }
    if (data[length - 1] != '\0') {
        fprintf(stderr, "the data of %s does not end in a NUL\n", path);
        exit(1);
    }
    if (strcmp(server->address, data) != 0) {
        part(server);
        strcpy(server->address, data);
    }
    return 1;
}

static int resolve(void) {
    struct String_vector children = {0, NULL};
    if (!changed) {
        return 1;
    }
    changed = 0;
    if (zoo_wget_children(zk, "/chain", watcher, NULL, &children) != ZOK) {
        changed = 1;
        return 0;
    }
    int known = 0;
    if (children.count > 0) {
        qsort(children.data, children.count, sizeof *children.data, by_name);
        known = learn(&head, children.data[0]) && learn(&tail, children.data[children.count - 1]);
    }
    changed |= !known;
    deallocate_String_vector(&children);
    return known;
}

static int reach(struct server *server) {
    if (server->socket >= 0) {
        return 1;
    }
    char host[64];
    strcpy(host, server->address);
    char *colon = strchr(host, ':');
    if (colon == NULL) {
        return 0;
    }
    *colon = '\0';
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
    struct timeval patience = {.tv_sec = 20};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "%s is no address\n", server->address);
        exit(1);
    }
    server->socket = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(server->socket, (struct sockaddr *)&address, sizeof address) != 0) {
        part(server);
        return 0;
    }
    return 1;
}

/* One exchange; NULL where the connection has failed. */
static MessageT *exchange(struct server *server, const MessageT *request) {
    unsigned char body[LINE * 2], reply[MOST_REPLY];
    size_t size = message_t__pack(request, body);
    uint16_t length = htons((uint16_t)size);
    short answered;
    if (send(server->socket, &length, 2, MSG_NOSIGNAL) != 2 || send(server->socket, body, size, MSG_NOSIGNAL) != (ssize_t)size) {
        return NULL;
    }
    if (recv(server->socket, &answered, 2, MSG_WAITALL) != 2) {
        return NULL;
    }
    answered = (short)ntohs((uint16_t)answered);
    if (answered < 0) {
        fprintf(stderr, "a reply is too long\n");
        exit(1);
    }
    if (recv(server->socket, reply, (size_t)answered, MSG_WAITALL) != answered) {
        return NULL;
    }
    MessageT *message = message_t__unpack(NULL, (size_t)answered, reply);
    if (message == NULL) {
        fprintf(stderr, "a reply is no message\n");
        exit(1);
    }
    return message;
}

/* Asks until somebody answers. */
static MessageT *ask(struct server *server, const MessageT *request) {
    time_t end = time(NULL) + MOST_SECONDS;
    while (time(NULL) < end) {
        /* Both connections are open, even where both are to one server. */
        if (resolve() && reach(server)) {
            reach(server == &head ? &tail : &head);
            MessageT *message = exchange(server, request);
            if (message != NULL) {
                return message;
            }
            part(server);
        }
        usleep(PAUSE_MICROSECONDS);
    }
    fprintf(stderr, "nobody answers at %s\n", server->address);
    exit(1);
}

static void print(const MessageT *reply, int opcode) {
    if (reply->opcode == MESSAGE_T__OPCODE_T__ERROR && reply->c_type == MESSAGE_T__C_TYPE_T__CT_NONE) {
        printf("error\n");
        return;
    }
    if ((int)reply->opcode != opcode + 1) {
        printf("opcode %d\n", reply->opcode);
        return;
    }
    switch ((int)reply->c_type) {
    case MESSAGE_T__C_TYPE_T__CT_NONE:
        printf("ok\n");
        break;
    case MESSAGE_T__C_TYPE_T__CT_VALUE:
        printf("value %.*s\n", (int)reply->value.len, (const char *)reply->value.data);
        break;
    case MESSAGE_T__C_TYPE_T__CT_RESULT:
        printf("result %d\n", reply->result);
        break;
    case MESSAGE_T__C_TYPE_T__CT_KEYS:
        printf("keys");
        for (size_t i = 0; i < reply->n_keys; i++) {
            printf(" %s", reply->keys[i]);
        }
        printf("\n");
        break;
    case MESSAGE_T__C_TYPE_T__CT_TABLE:
        printf("table");
        for (size_t i = 0; i < reply->n_entries; i++) {
            printf(" %s=%.*s", reply->entries[i]->key, (int)reply->entries[i]->value.len, (const char *)reply->entries[i]->value.data);
        }
        printf("\n");
        break;
    case MESSAGE_T__C_TYPE_T__CT_STATS:
        printf("stats %d %d %d\n", reply->stats->operations, reply->stats->clients, reply->stats->time);
        break;
    default:
        printf("c_type %d\n", reply->c_type);
        break;
    }
}

static void run(struct server *server, int opcode, int c_type, char *key, char *value) {
    MessageT request = MESSAGE_T__INIT;
    EntryT entry = ENTRY_T__INIT;
    request.opcode = (MessageT__OpcodeT)opcode;
    request.c_type = (MessageT__CTypeT)c_type;
    if (c_type == MESSAGE_T__C_TYPE_T__CT_ENTRY) {
        entry.key = key;
        entry.value.data = (uint8_t *)value;
        entry.value.len = strlen(value);
        request.entry = &entry;
    } else if (c_type == MESSAGE_T__C_TYPE_T__CT_KEY) {
        request.key = key;
    }
    MessageT *reply = ask(server, &request);
    print(reply, opcode);
    message_t__free_unpacked(reply, NULL);
}

int main(int count, char **arguments) {
    static char line[LINE];
    if (count != 2) {
        fprintf(stderr, "usage: table_client <zk>:<port>\n");
        return 2;
    }
    zoo_set_debug_level(ZOO_LOG_LEVEL_ERROR);
    zk = zookeeper_init(arguments[1], watcher, 4000, NULL, NULL, 0);
    if (zk == NULL) {
        perror("zookeeper_init");
        return 1;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        char command[LINE] = "", key[LINE] = "", value[LINE] = "";
        sscanf(line, "%s %s %s", command, key, value);
        if (strcmp(command, "put") == 0) {
            run(&head, MESSAGE_T__OPCODE_T__PUT, MESSAGE_T__C_TYPE_T__CT_ENTRY, key, value);
        } else if (strcmp(command, "get") == 0) {
            run(&tail, MESSAGE_T__OPCODE_T__GET, MESSAGE_T__C_TYPE_T__CT_KEY, key, value);
        } else if (strcmp(command, "del") == 0) {
            run(&head, MESSAGE_T__OPCODE_T__DEL, MESSAGE_T__C_TYPE_T__CT_KEY, key, value);
        } else if (strcmp(command, "size") == 0) {
            run(&tail, MESSAGE_T__OPCODE_T__SIZE, MESSAGE_T__C_TYPE_T__CT_NONE, key, value);
        } else if (strcmp(command, "getkeys") == 0) {
            run(&tail, MESSAGE_T__OPCODE_T__GETKEYS, MESSAGE_T__C_TYPE_T__CT_NONE, key, value);
        } else if (strcmp(command, "gettable") == 0) {
            run(&tail, MESSAGE_T__OPCODE_T__GETTABLE, MESSAGE_T__C_TYPE_T__CT_NONE, key, value);
        } else if (strcmp(command, "stats") == 0) {
            run(&tail, MESSAGE_T__OPCODE_T__STATS, MESSAGE_T__C_TYPE_T__CT_NONE, key, value);
        } else if (strcmp(command, "who") == 0) {
            printf(resolve() ? "head %s tail %s\n" : "nobody\n", head.address, tail.address);
        } else if (strcmp(command, "quit") == 0) {
            break;
        } else {
            printf("what?\n");
        }
        fflush(stdout);
    }
    part(&head);
    part(&tail);
    zookeeper_close(zk);
    return 0;
}
