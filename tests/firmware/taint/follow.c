/* Follows taint through what an emulated core executes: the part of machine.py that runs for each instruction. There are
 * hundreds of millions of them. Python gives the rules, one for each instruction of the image. One run at a time.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicorn/unicorn.h>

#define PUBLIC __attribute__((visibility("default")))

/* A bit for each byte of a register, and for each flag. Python has it as bytes, which may be anywhere. */
typedef unsigned __int128 mask __attribute__((aligned(1)));

enum { FLASH_LENGTH = 256 * 1024, MOST_ACCESSES = 16, MOST_EVENTS = 4096 };

/* See Effect in effect.py. */
struct rule {
    /* 0 if there is no rule */
    uint32_t size;
    bool is_conditional;
    /* any tainted bit of what is read taints what is written */
    mask reads, writes_or_keeps, leaves, checked;
    uint32_t access_count;
    struct access {
        mask data;
        uint32_t size;
        bool is_store, extends_sign;
    } accesses[MOST_ACCESSES];
    /* how often something tainted was checked, and what of it */
    uint64_t leaks;
    mask leaked;
};

/* Memory, of which the bytes are ones that are tainted. */
static struct region {
    uint32_t start, length;
    uint8_t *tainted;
} flash, ram;

/* An access to memory. Without a size: an instruction of an IT block is executed, because its condition holds. */
static struct event {
    uint32_t address, size;
} events[MOST_EVENTS];

static uc_engine *emulator;
static struct rule rules[FLASH_LENGTH / 2];
/* what is tainted of registers and flags; and the register that must not be loaded with anything tainted */
static mask taint, counter;
static uint64_t instructions, blocks, interval;
static void (*keep_state)(uint32_t address);
/* the part of the block that is not followed yet, and what the block did meanwhile, in order */
static uint32_t next, end;
static uint32_t event_count, followed;
static bool in_condition;
/* the register with the state of IT blocks, and its value outside of them */
static int state_register;
static uint32_t state_outside;
static const char *problem;
static uint32_t problem_address;

static void stop(const char *why, uint32_t address)
{
    if (!problem) {
        problem = why;
        problem_address = address;
        uc_emu_stop(emulator);
    }
}

static uint8_t *within(const struct region *region, struct event event)
{
    uint32_t offset = event.address - region->start;
    return offset < region->length && event.size <= region->length - offset ? region->tainted + offset : NULL;
}

static struct rule *rule_at(uint32_t address)
{
    uint32_t offset = address - flash.start;
    return offset < FLASH_LENGTH ? &rules[offset / 2] : NULL;
}

static int lowest_bit(mask of)
{
    uint64_t low = of, high = of >> 64;
    return low ? __builtin_ctzll(low) : high ? 64 + __builtin_ctzll(high) : 0;
}

static void follow_access(const struct access *access, uint32_t address)
{
    struct event event = {0, 0};
    if (followed < event_count)
        event = events[followed++];
    if (event.size != access->size)
        return stop("another access to memory than that of the rule", address);
    uint8_t *bytes = within(&ram, event);
    if (!bytes)
        bytes = within(&flash, event);
    if (!bytes)
        return stop("an access outside of memory", address);
    int lowest = lowest_bit(access->data);
    if (access->is_store) {
        mask stored = (taint & access->data) >> lowest;
        for (uint32_t byte = 0; byte < access->size; byte++)
            bytes[byte] = stored >> byte & 1;
    } else {
        mask loaded = 0;
        for (uint32_t byte = 0; byte < access->size; byte++)
            loaded |= (mask)bytes[byte] << (lowest + byte);
        if (loaded && access->extends_sign)
            loaded = access->data;
        taint = (taint & ~access->data) | (loaded & access->data);
    }
}

static void check(struct rule *rule, mask checked)
{
    if (taint & checked) {
        rule->leaked |= taint & checked;
        rule->leaks++;
    }
}

static bool is_executed(const struct rule *rule, uint32_t address)
{
    if (!rule->is_conditional)
        return true;
    bool is_next = followed < event_count && events[followed].size == 0 && events[followed].address == address;
    followed += is_next;
    return is_next;
}

/* Follows the block up to an instruction that is not executed yet. */
PUBLIC void follow(uint32_t until)
{
    for (; next != until && !problem; instructions++) {
        struct rule *rule = rule_at(next);
        if (!rule || rule->size == 0 || rule->size > until - next)
            return stop("no rule, or a block that ends within the instruction", next);
        check(rule, rule->checked);
        if (is_executed(rule, next)) {
            taint = taint & rule->reads ? taint | rule->writes_or_keeps : taint & rule->leaves;
            for (uint32_t access = 0; access < rule->access_count; access++)
                follow_access(&rule->accesses[access], next);
            check(rule, counter);
            taint &= ~counter;
        }
        next += rule->size;
    }
    if (followed != event_count)
        stop("more accesses to memory than there are in the block that ends here", until);
    followed = event_count = 0;
}

PUBLIC void follow_to_end(void)
{
    follow(end);
}

static void enter_block(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
    (void)uc, (void)data;
    follow_to_end();
    in_condition = false;
    next = address;
    end = address + size;
    if (keep_state && ++blocks % interval == 0 && !problem)
        keep_state(address);
}

static void add_event(uint32_t address, uint32_t size)
{
    if (event_count == MOST_EVENTS)
        return stop("a block that is too long", address);
    events[event_count++] = (struct event){address, size};
}

static void access_memory(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value, void *data)
{
    (void)type, (void)value, (void)data;
    add_event(address, size);
    /* For this hook the emulator has set the state of the IT block, which it would take for that of the next block. */
    if (in_condition)
        uc_reg_write(uc, state_register, &state_outside);
}

static void reach_conditional(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
    (void)uc, (void)size, (void)data;
    add_event(address, 0);
    in_condition = true;
}

static void hook(int type, void *function, uint64_t first, uint64_t last)
{
    uc_hook handle;
    if (uc_hook_add(emulator, &handle, type, function, NULL, first, last) != UC_ERR_OK)
        stop("a hook was refused", first);
}

/* The beginning of a run, with nothing tainted but in memory. */
PUBLIC void begin(uc_engine *uc, uint32_t flash_start, uint8_t *flash_tainted, uint32_t ram_start, uint32_t ram_length,
                  uint8_t *ram_tainted, const mask *program_counter, int it_register, uint32_t no_it)
{
    emulator = uc;
    flash = (struct region){flash_start, FLASH_LENGTH, flash_tainted};
    ram = (struct region){ram_start, ram_length, ram_tainted};
    counter = *program_counter;
    state_register = it_register;
    state_outside = no_it;
    memset(rules, 0, sizeof rules);
    taint = 0;
    instructions = blocks = 0;
    next = end = event_count = followed = 0;
    in_condition = false;
    problem = NULL;
    keep_state = NULL;
    /* last before first: everywhere */
    hook(UC_HOOK_BLOCK, (void *)enter_block, 1, 0);
    hook(UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)access_memory, 1, 0);
}

/* `keep` is called at the beginning of each of so many blocks. */
PUBLIC void keep_states(uint64_t count, void (*keep)(uint32_t))
{
    interval = count;
    keep_state = keep;
}

PUBLIC void add_rule(uint32_t address, uint32_t size, bool is_conditional, const mask *reads, const mask *writes,
                     const mask *keeps, const mask *checked)
{
    struct rule *rule = rule_at(address);
    if (!rule)
        return stop("code outside of flash", address);
    rule->size = size;
    rule->is_conditional = is_conditional;
    rule->reads = *reads;
    rule->writes_or_keeps = *writes | *keeps;
    rule->leaves = ~*writes;
    rule->checked = *checked;
    if (is_conditional)
        hook(UC_HOOK_CODE, (void *)reach_conditional, address, address);
}

/* The next access of the instruction. */
PUBLIC void add_access(uint32_t address, const mask *data, uint32_t size, bool is_store, bool extends_sign)
{
    struct rule *rule = rule_at(address);
    if (!rule || rule->access_count == MOST_ACCESSES)
        return stop("too many accesses to memory", address);
    rule->accesses[rule->access_count++] = (struct access){*data, size, is_store, extends_sign};
}

PUBLIC uint64_t count_instructions(void)
{
    return instructions;
}

PUBLIC void read_taint(mask *to)
{
    *to = taint;
}

/* How often the instruction leaked, and what. */
PUBLIC uint64_t read_leaks(uint32_t address, mask *leaked)
{
    struct rule *rule = rule_at(address);
    *leaked = rule ? rule->leaked : 0;
    return rule ? rule->leaks : 0;
}

/* Why and where the run was stopped. */
PUBLIC const char *read_problem(uint32_t *address)
{
    *address = problem_address;
    return problem;
}
