--[[ Lets through only what a page may hold.

Runs before every other filter. Raw blocks come out as visible text, save the data of an interactive chart; links
lead to the web, to mail or to a page of this report; pictures lie in the page's own folder; attributes are those
that the constructs use.
]]

local stringify = pandoc.utils.stringify

local CHART = '^%s*(<script type="application/json" class="vega%-lite" data%-figure="([%w_%-]+)">)(.-)</script>%s*$'
local KEPT_ATTRIBUTES = { ["fig-alt"] = true, title = true, collapse = true }

local pages = {}

local function is_json(text)
  local read, value = pcall(pandoc.json.decode, text, false)
  return read and type(value) == "table" and not text:lower():find("</script", 1, true)
end

local function raw_block(raw)
  local opening, _, spec = raw.text:match(CHART)
  if raw.format == "html" and opening and is_json(spec) then
    return pandoc.RawBlock("html", opening .. spec:gsub("<", "\\u003c") .. "</script>")
  end
  return pandoc.CodeBlock(raw.text)
end

local function allowed_target(target)
  local page = target:match("^([%w_%-]+)%.html")
  return target:match("^https?://") or target:match("^mailto:") or target:match("^#[^%s]+$") or (page and pages[page])
end

local function link(element)
  if not allowed_target(element.target) then return element.content end
  return pandoc.Link(element.content, element.target)
end

local function image(element)
  local path = element.src
  if path:match("^figures/[%w_%-][%w_%.%-]*%.svg$") or path:match("^figures/[%w_%-][%w_%.%-]*%.png$") then
    local alt = element.attributes["fig-alt"] or ""
    element.attributes = { ["fig-alt"] = alt ~= "" and alt or stringify(element.caption) }
    element.title = ""
    return element
  end
  return pandoc.Emph(element.caption)
end

local function keep_known(element)
  for name in pairs(element.attributes) do
    if not KEPT_ATTRIBUTES[name] then element.attributes[name] = nil end
  end
  return element
end

-- A figure holds one picture; a picture anywhere else gives way to its caption.
local figures_only = {
  traverse = "topdown",
  Figure = function(figure)
    local only = figure.content[1] and figure.content[1].content and figure.content[1].content[1]
    if only and only.t == "Image" then return figure, false end
    return pandoc.Para(pandoc.utils.blocks_to_inlines(figure.content))
  end,
  Image = function(image)
    return pandoc.Emph(image.caption)
  end,
}

function Pandoc(doc)
  for _, name in ipairs(doc.meta.pages or {}) do pages[stringify(name)] = true end
  return doc:walk({
    RawBlock = raw_block,
    RawInline = function(raw) return pandoc.Code(raw.text) end,
    Link = link,
    Image = image,
    Div = keep_known,
    Span = keep_known,
    Header = keep_known,
    Code = keep_known,
    CodeBlock = keep_known,
  }):walk(figures_only)
end
